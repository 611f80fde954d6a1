// The phone: a list, the only place that sorts by urgency; buttons at the thumb name their bed.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, put, cls, fill } = T;
  const W = T.words;
  const SETTLE_MS = 1500;
  const rows = new Map();
  let root = null,
    list = null,
    bar = null,
    sums = null,
    touched = 0,
    touching = false;

  const DENSITY = { name: "phone", rail: false };

  function build(key) {
    const t = {
      key,
      bed: el("span.bed", {}, W.bed(key)),
      who: T.tile.whose(),
      pills: el("span.pills"),
      chip: T.tile.chip(),
      band: T.tile.band(),
      density: DENSITY,
    };
    for (const [name, label] of [
      ["hr", "HR"],
      ["spo2", "SpO₂"],
      ["rr", "RR"],
      ["nibp", "NIBP"],
      ["temp", "T"],
    ])
      t[name] = T.tile.number(name, label, true);
    t.nums = el(
      "div.pnums",
      {},
      ["hr", "spo2", "rr", "nibp", "temp"].map((n) => t[n].root),
    );
    t.lost = el("div.lostbox", { hidden: true });
    t.root = el(
      "div.prow",
      { role: "group", tabindex: 0, "data-bed": key },
      el("header.t-head", {}, t.bed, t.who.root, t.pills, t.chip.root),
      t.band.root,
      t.nums,
      t.lost,
    );
    t.root.addEventListener("click", () => T.ui.press(key));
    return t;
  }

  function update(t) {
    const D = T.derive,
      bed = T.state.beds[t.key];
    const condition = D.condition(t.key, bed),
      all = D.alarms(bed),
      fills = D.fills(all),
      silent = condition.kind === "silent";
    const band = D.band(bed, all),
      write = T.tile.writeNumber;
    T.tile.writeWho(t.who, bed.person, W.source(bed).name);
    T.pills.write(t.pills, bed, DENSITY);
    T.tile.writeChip(t.chip, D.news(bed, silent));
    T.tile.writeBand(t.band, band, "");
    t.band.root.hidden = !band;
    write(t.hr, D.heart(bed), bed, fills.hr);
    write(t.spo2, D.reading(bed, "spo2"), bed, fills.spo2, "SpO₂");
    write(t.rr, D.breaths(bed), bed, fills.rr, "RR");
    const p = D.pressure(bed);
    T.tile.writePressure(t.nibp, p, bed, fills);
    T.tile.writeWarmth(t, bed, fills);
    const waits = condition.kind === "waiting";
    t.lost.hidden = !(silent || waits);
    t.nums.hidden = silent || waits;
    put(
      t.lost,
      silent
        ? `No data ${W.since(condition.age)} · last seen ${W.clock(condition.last, true)}`
        : waits
          ? `Waiting for devices, ${W.age(condition.age)}`
          : "",
    );
    cls(
      t.root,
      [
        "prow",
        band ? `p-${band.priority} ${band.ack ? "acked" : "new"}` : "",
        silent ? "nodata" : "",
        T.ui.selected === t.key ? "sel" : "",
      ]
        .join(" ")
        .trim(),
    );
  }

  // Alarms first by rank, then NEWS2, then bed.
  function urgency(key) {
    const bed = T.state.beds[key],
      all = T.derive.alarms(bed),
      n = T.derive.news(bed, false);
    return [all.length ? T.rules.rank(all[0]) : 8, -(n.total ?? n.atLeast ?? 0)];
  }

  function order() {
    const at = new Map(T.state.order().map((key, i) => [key, [...urgency(key), i]]));
    return [...at.keys()].sort((a, b) => {
      const x = at.get(a),
        y = at.get(b);
      return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
    });
  }

  function refresh() {
    if (!root) return;
    const keys = Object.keys(T.state.beds);
    for (const [key, t] of rows)
      if (!keys.includes(key)) {
        t.root.remove();
        rows.delete(key);
      }
    for (const key of keys)
      if (!rows.has(key)) {
        const t = build(key);
        rows.set(key, t);
        list.append(t.root);
      }
    for (const t of rows.values()) update(t);
    if (!touching && performance.now() - touched > SETTLE_MS) {
      order().forEach((key, i) => {
        const node = rows.get(key).root;
        if (list.children[i] !== node) list.insertBefore(node, list.children[i] || null);
      });
    }
    if (!T.ui.selected || !T.state.beds[T.ui.selected]) {
      const first = order()[0];
      if (first) T.ui.select(first);
    }
    thumb();
  }

  function thumb() {
    const key = T.ui.selected;
    const act = (what, word, picture, more) =>
      T.button(`.btn${more || ""}`, [icon(picture), word], () => T.emit("act", { what, bed: T.ui.selected }), {
        "aria-label": `${word} ${W.bed(key)}`,
      });
    fill(bar, key + T.state.role, () => [
      el("span.barb", {}, key ? W.bed(key) : "–", el("small", {}, "selected")),
      ...(T.state.role === "observer"
        ? []
        : [act("ack", "Ack", "check"), act("flag", "Flag", "flag"), act("call", "Call", "phone", ".pri")]),
    ]);
  }

  function summary({ counts }) {
    if (!sums) return;
    for (const [priority, node] of Object.entries(sums)) {
      if (priority === "beds") {
        put(node.count, String(Object.keys(T.state.beds).length));
        continue;
      }
      put(node.count, String(counts[priority]));
      cls(node.root, `sumc ${counts[priority] ? W.priority[priority] : ""}`);
    }
  }

  function sum(word) {
    const count = el("b", {}, "0");
    return { count, root: el("span.sumc", {}, count, " " + word) };
  }

  function mount(node) {
    root = node;
    sums = { Hi: sum("high"), Me: sum("med"), Lo: sum("low"), beds: sum("beds") };
    list = el("div.plist");
    bar = el("nav.bar", { "aria-label": "Acts" });
    list.addEventListener(
      "touchstart",
      () => {
        touching = true;
        touched = performance.now();
      },
      { passive: true },
    );
    list.addEventListener(
      "touchend",
      () => {
        touching = false;
        touched = performance.now();
      },
      { passive: true },
    );
    list.addEventListener("pointerdown", () => {
      touched = performance.now();
    });
    cls(root, "pward");
    root.replaceChildren(
      el(
        "div.psum",
        {},
        Object.values(sums).map((s) => s.root),
      ),
      el("div.calls", { "data-calls": true }),
      el("div.undo-place", { "data-undo": true }),
      list,
      bar,
    );
    document.getElementById("teleward").dataset.density = "phone";
    refresh();
    T.rail.update();
  }

  function unmount() {
    root = list = bar = sums = null;
    rows.clear();
  }

  T.phone = { mount, unmount, order };
  T.on("beds", refresh);
  T.on("second", refresh);
  T.on("selected", refresh);
  T.on("down", refresh);
  T.on("up", refresh);
  T.on("queue", summary);
})();
