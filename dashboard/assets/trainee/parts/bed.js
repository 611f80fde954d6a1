// One bed's page: who it is, its alarms, the worst alarm elsewhere.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill, put, attr } = T;
  const W = T.words;
  const MOST_BANDS = 4;
  let root = null,
    key = "",
    parts = null;

  const $ = (id) => document.getElementById(id);

  // --- the strip: name, reason, plan, scale, next set, NEWS2 ---
  function strip() {
    parts.bed = el("span.bed", {}, W.bed(key));
    parts.name = el("span.nm");
    parts.why = el("small");
    parts.pills = el("span.pills");
    parts.scale = el("span.stat");
    parts.due = el("span.stat");
    parts.chip = T.tile.chip();
    const back = T.button(".btn.sm", [icon("back"), "Ward", el("kbd", {}, "Esc")], () => T.go("/"));
    $("pstrip").replaceChildren(
      back,
      parts.bed,
      el("span.nmbox", {}, parts.name, parts.why),
      parts.pills,
      el("span.sp"),
      parts.scale,
      parts.due,
      parts.chip.root,
    );
  }

  function allergies({ allergies: known }) {
    if (!known) return "";
    return /^(none|no)\b/i.test(known) ? "no known allergies" : `allergy: ${known}`;
  }

  function dueText(bed, news) {
    const n = news.atLeast,
      taken = bed.chart && bed.chart.t;
    if (n == null || !taken) return "";
    const red = bed.score.max_single === 3 && n < 5;
    const row = T.rules.tables.frequency.find((f) => n >= f.least && (!f.red || red));
    if (!row.hours) return `Next set due now (${row.why}: continuous)`;
    const due = taken + row.hours * 3600e3;
    return `Next set due ${due <= T.time.now(bed.live) ? "now" : W.clock(due)} (${row.why}: ${row.words})`;
  }

  function writeStrip(bed, silent) {
    const person = bed.person || {},
      news = T.derive.news(bed, silent);
    const facts = [person.age, person.sex].filter((x) => x != null).join(" ");
    put(
      parts.name,
      [person.full || person.name || (bed.live ? W.source(bed).name : "Unnamed"), facts].filter(Boolean).join(", "),
    );
    put(
      parts.why,
      [person.reason, person.plan, allergies(person)]
        .filter(Boolean)
        .map((x) => x.replace(/\.$/, ""))
        .join(" · "),
    );
    put(parts.scale, `SpO₂ scale ${(bed.score && bed.score.scale) || person.scale || 1}`);
    put(parts.due, dueText(bed, news));
    T.pills.write(parts.pills, bed, { name: "bed", rail: true });
    if (news.trend && news.change != null) news.trend = `${news.trend} ${Math.abs(news.change)} in 1 h`;
    T.tile.writeChip(parts.chip, news);
  }

  // --- alarms of this bed, and the worst elsewhere ---
  function band(alarm, bed, where) {
    const b = T.derive.band(bed, [alarm]);
    const node = where
      ? T.button(
          `.band.${b.priority}${b.ack ? ".ack" : ""}${b.flash ? ".flash" : ""}`,
          "",
          () => T.go("/bed/" + where),
          { title: `Open ${W.bed(where)}` },
        )
      : el(`div.band.${b.priority}${b.ack ? ".ack" : ""}${b.flash ? ".flash" : ""}`);
    node.append(
      el("span.mk", {}, b.mark),
      el("span.tx"),
      b.ack ? icon("check") : "",
      el("span.age"),
      where ? el("kbd", {}, "N") : "",
    );
    return node;
  }

  function alarmRow(bed) {
    const own = T.derive.alarms(bed),
      most = T.ward.phone() ? 1 : MOST_BANDS;
    const other = T.rail.queue().find((i) => i.key !== key && !i.ack && i.alarm.priority !== "Lo");
    const id = [
      ...own.map((a) => a.id + a.presence + a.priority),
      other && other.key + other.alarm.id + other.alarm.priority,
    ].join("|");
    const silent = T.derive.condition(key, bed).kind === "silent";
    fill($("balarm"), id + (own.length ? "" : silent), () => [
      ...own.slice(0, most).map((a) => band(a, bed, "")),
      own.length > most ? el("span.stat", {}, `+${own.length - most} more`) : null,
      own.length
        ? null
        : el("span.calmrow", {}, silent ? "No data: an alarm of the patient cannot show" : "No alarm at this bed"),
      el("span.sp"),
      other ? band(other.alarm, other.bed, other.key) : null,
    ]);
    const shown = [...own.slice(0, most).map((a) => [a, bed, ""]), ...(other ? [[other.alarm, other.bed, other.key]] : [])];
    $("balarm")
      .querySelectorAll(".band")
      .forEach((node, i) => {
        const [alarm, where, place] = shown[i],
          b = T.derive.band(where, [alarm]);
        put(node.querySelector(".tx"), place ? `${W.bed(place)} ${b.text}` : b.text);
        put(node.querySelector(".age"), b.age);
      });
  }

  // --- how far back the trends look ---
  function windows() {
    const { names, first } = T.rules.tables.windows;
    const choose = (name) => {
      window.dash_clientside.set_props("window", { data: name });
      for (const b of $("windows").children) b.setAttribute("aria-pressed", String(b.dataset.window === name));
    };
    $("windows").setAttribute("role", "group");
    $("windows").setAttribute("aria-label", "Window of the trends");
    $("windows").replaceChildren(
      ...Object.entries(names).map(([name, word]) =>
        T.button("", word, () => choose(name), { "data-window": name, "aria-pressed": String(name === first) }),
      ),
    );
  }

  // --- the phone's one place for three things ---
  function segments() {
    const show = (part) => {
      root.dataset.part = part;
      for (const b of $("seg").children) b.setAttribute("aria-pressed", String(b.dataset.part === part));
      dispatchEvent(new Event("resize"));
    };
    $("seg").replaceChildren(
      ...[
        ["trend", "Trend"],
        ["news", "NEWS2"],
        ["chart", "Chart"],
      ].map(([part, word]) =>
        T.button("", word, () => show(part), { "data-part": part, "aria-pressed": String(part === "trend") }),
      ),
    );
    root.dataset.part = "trend";
  }

  function thumbBar() {
    const act = (what, word, picture, more) =>
      T.button(`.btn${more || ""}`, [icon(picture), word], () => T.emit("act", { what, bed: key }), {
        "aria-label": `${word} ${W.bed(key)}`,
      });
    $("bedbar").replaceChildren(
      ...(T.state.role === "observer"
        ? []
        : [act("ack", "Ack", "check"), act("flag", "Flag", "flag"), act("call", "Call", "phone", ".pri")]),
    );
  }

  function refresh() {
    if (!root) return;
    const bed = T.state.beds[key];
    root.classList.toggle("nobed", !bed && T.state.ready);
    if (!bed) {
      put(parts.name, T.state.ready ? "There is no such bed on this ward" : "Waiting for the ward");
      return;
    }
    const condition = T.derive.condition(key, bed);
    writeStrip(bed, condition.kind === "silent");
    alarmRow(bed);
    T.wardMap.draw(key);
    T.monitor.refresh(bed, condition);
    T.bedActs.refresh(bed);
    T.devices.refresh(bed);
    attr(root, "data-state", condition.kind);
  }

  function mount(node, bed) {
    root = node;
    key = bed;
    parts = {};
    document.getElementById("teleward").dataset.density = "bed";
    strip();
    windows();
    segments();
    thumbBar();
    T.monitor.mount(key);
    T.bedActs.mount(key);
    T.devices.mount(key);
    narrow();
    refresh();
  }

  function narrow() {
    window.dash_clientside?.set_props?.("narrow", { data: innerWidth <= T.rules.tables.frame.phone ? 1 : 0 });
  }

  function unmount() {
    T.monitor.unmount();
    root = parts = null;
    T.wardMap.clear();
  }

  let changes = 0;
  function changed() {
    // the record is read again when something of this bed was recorded
    if (root) window.dash_clientside?.set_props?.("changed", { data: ++changes });
  }

  T.bed = {
    mount,
    unmount,
    get key() {
      return key;
    },
  };
  T.on("beds", (change) => {
    if (!root || !(change.all || change.keys.includes(key) || change.attention)) return;
    refresh();
    T.emit("written", key);
  });
  T.on("second", refresh);
  T.on("down", refresh);
  T.on("up", refresh);
  T.on("hello", () => root && thumbBar());
  T.on("recorded", (m) => m.message.bed === key && m.message.do !== "look" && changed());
})();
