// One bed on the ward: built once for a density, then only what changed is written.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, put, cls, attr, show, fill, icon } = T;
  const W = T.words;

  function number(name, label, brief) {
    const parts = { brief, name: el("span.nl", {}, label), sub: el("small.ns"), value: el("b.nv", {}, W.DASHES) };
    parts.root = el(`div.num.${name}`, {}, el("span.lab", {}, parts.name, parts.sub), parts.value);
    parts.base = `num ${name}`;
    return parts;
  }

  function chip() {
    const parts = { word: el("i", {}, "NEWS2"), total: el("b", {}, "–"), trend: el("em") };
    parts.root = el("span.news.part", {}, parts.word, parts.total, parts.trend);
    return parts;
  }

  function band() {
    const parts = {
      mark: el("span.mk"),
      text: el("span.tx"),
      more: el("span.more"),
      tick: el("span.tick", {}, icon("check")),
      age: el("span.age"),
    };
    parts.root = el("div.band.quiet", {}, parts.mark, parts.text, parts.more, parts.tick, parts.age);
    return parts;
  }

  function actButtons(key) {
    const on = (what) => (event) => {
      event.stopPropagation();
      T.ui.select(key);
      T.emit("act", { what, bed: key });
    };
    const name = W.bed(key);
    return [
      ["ack", "check", "Acknowledge", "A"],
      ["flag", "flag", "Flag", "F"],
      ["call", "phone", "Call", "C"],
    ].map(([what, picture, word, letter]) =>
      T.button(`.tact.${what}`, icon(picture), on(what), {
        title: `${word} (${letter})`,
        "aria-label": `${word} ${name}`,
        tabindex: -1,
      }),
    );
  }

  function wave(tile, name, density) {
    const slot = T.rules.tables.traces[name];
    const canvas = el("canvas", { "aria-hidden": "true" }),
      note = el("span.wmsg", { hidden: true });
    const root = el(`div.wave.w-${name}`, {}, canvas, note);
    const line = T.ui.projector ? 2.5 : density.line_px;
    return { name, slot, note, root, canvas, trace: T.sweep.make(canvas, tile.key, slot, density.pace_px_s, line) };
  }

  // Where a name is too long it is cut, not age and sex behind it.
  function whose() {
    const name = el("span"),
      facts = el("span.facts");
    return { root: el("span.who", {}, name, facts), name, facts };
  }

  function writeWho(who, person, otherwise) {
    put(who.name, person ? person.name : otherwise);
    put(who.facts, person ? W.facts(person) : "");
    attr(who.root, "title", W.who(person));
  }

  function build(key, density) {
    const tile = { key, density, big: density.rail, updated: 0 };
    tile.bed = el("span.bed", {}, W.bed(key));
    tile.who = whose();
    tile.pills = el("span.pills");
    tile.chip = chip();
    tile.band = band();
    tile.waves = density.traces.map((name) => wave(tile, name, density));
    tile.hr = number("hr", "HR");
    tile.spo2 = number("spo2", "SpO₂", density.name === "n64");
    tile.rr = number("rr", "RR");
    tile.nibp = number("nibp", "NIBP");
    tile.temp = number("temp", density.rail ? "Temp" : "T");
    tile.more = number("more", "");
    tile.more.root.hidden = true;
    const side = ["n4", "n8", "n64"].includes(density.name);
    tile.lost = el("div.lostbox", { hidden: true });
    const head = el("header.t-head", {}, tile.bed, tile.who.root, tile.pills, tile.chip.root);
    const waves = el(
      "div.waves",
      {},
      tile.waves.map((w) => w.root),
      tile.lost,
    );
    const nums = el("div.nums", {}, tile.hr.root, tile.spo2.root, side && tile.rr.root);
    const acts = density.rail && T.state.role !== "observer" ? el("div.tacts", {}, actButtons(key)) : null;
    const foot =
      density.name === "n64"
        ? null
        : el("footer.t-foot", {}, !side && tile.rr.root, tile.nibp.root, tile.temp.root, density.rail && tile.more.root, acts);
    tile.root = el(
      "div.tile",
      { role: "group", tabindex: -1, "data-bed": key },
      head,
      tile.band.root,
      el("div.t-body", {}, waves, nums),
      foot,
    );
    let chosen = false; // before the press, which gives the focus and so chooses
    tile.root.addEventListener("pointerdown", () => {
      chosen = T.ui.selected === key;
    });
    tile.root.addEventListener("click", () => (chosen ? T.go("/bed/" + key) : T.ui.select(key)));
    tile.root.addEventListener("focus", () => T.ui.select(key));
    return tile;
  }

  function drop(tile) {
    for (const w of tile.waves) T.sweep.drop(w.trace);
    tile.root.remove();
  }

  // --- writing ---
  function writeNumber(parts, r, bed, alarm, label) {
    const D = T.derive;
    const stale = r.state === "stale" || r.state === "lost" || r.state === "none" || r.value == null;
    cls(parts.root, parts.base + (r.doubt ? " q" : "") + (stale ? " stale" : "") + D.fillClass(alarm));
    put(parts.name, label || r.label || r.sign.label);
    const sub = D.subLabel(r, bed);
    put(parts.sub, sub === "check" && parts.brief ? "" : sub);
    cls(parts.sub, Object.values(D.ARROWS).includes(sub) ? "ns arrow" : "ns");
    put(parts.value, r.text);
    attr(parts.root, "title", D.tooltip(r, bed));
  }

  function writeBand(parts, band, quiet) {
    if (!band) {
      cls(parts.root, "band quiet");
      put(parts.text, quiet || "");
      for (const part of ["mark", "more", "age"]) put(parts[part], "");
      show(parts.tick, false);
      return;
    }
    cls(
      parts.root,
      `band ${band.priority}${band.ack ? " ack" : ""}${band.flash ? " flash" : ""}${band.age.startsWith("ended") ? " latch" : ""}`,
    );
    put(parts.mark, band.mark);
    put(parts.text, band.text);
    put(parts.more, band.more > 0 ? `+${band.more}` : "");
    show(parts.tick, band.ack);
    put(parts.age, band.age);
  }

  function writeChip(parts, news) {
    cls(parts.root, `news ${news.cls}`);
    put(parts.total, news.text);
    put(parts.trend, news.trend);
    show(parts.trend, !!news.trend);
    attr(parts.root, "title", news.title);
  }

  function quietNote(bed, condition) {
    if (condition.kind === "spot") return "Spot checks only";
    const target = bed.person && bed.person.target;
    if (bed.live) return W.source(bed).note;
    return target && bed.person.scale === 2 ? `SpO₂ target ${target[0]}–${target[1]}` : "";
  }

  function writeLost(tile, condition) {
    const box = tile.lost,
      small = tile.density.name === "n64";
    const silent = condition.kind === "silent",
      spot = condition.kind === "spot",
      waiting = condition.kind === "waiting";
    show(box, silent || spot || waiting);
    cls(box, `lostbox ${condition.kind}`);
    if (silent) {
      fill(box, "silent", () => [el("b", {}, icon("nodata"), el("span.lm")), small ? null : el("span.ls")]);
      put(box.querySelector(".lm"), ` No data ${W.since(condition.age)}`);
      if (!small) put(box.querySelector(".ls"), `Last seen ${W.clock(condition.last, true)}`);
    } else if (spot) {
      fill(box, "spot" + Math.floor(condition.t / 60000), () => [
        el("span", {}, "No continuous sensor"),
        small ? null : el("span", {}, icon("clock"), ` last set ${W.clock(condition.t)}`),
      ]);
    } else if (waiting) {
      fill(box, "waiting", () => [el("span.lm"), el("span.skels", {}, el("i.skel"), el("i.skel"), el("i.skel"))]);
      put(box.querySelector(".lm"), `Waiting for devices, ${W.age(condition.age)}`);
    }
  }

  function label(tile, bed, shown) {
    const name = bed.person ? bed.person.name : "";
    const alarm = shown.band
      ? `${shown.band.ack ? "acknowledged " : ""}${W.spoken[shown.band.alarm.priority]} alarm ${shown.band.text}`
      : "";
    const value = (word, r) => (r.value == null ? "" : `${word} ${r.text}`);
    const parts = [
      W.bed(tile.key),
      name,
      shown.condition.kind === "silent" ? "no data" : "",
      alarm,
      value(shown.hr.label === "PR" ? "pulse" : "heart rate", shown.hr),
      value("oxygen saturation", shown.spo2),
      value("respiratory rate", shown.rr),
      `NEWS2 ${shown.news.text}`,
    ];
    return parts.filter(Boolean).join(", ");
  }

  function update(tile) {
    const D = T.derive,
      bed = T.state.beds[tile.key];
    if (!bed) return;
    const condition = D.condition(tile.key, bed),
      all = D.alarms(bed),
      fills = D.fills(all);
    const silent = condition.kind === "silent";
    const gone = (r) => (silent ? D.gone(r) : r);
    const shown = {
      condition,
      band: D.band(bed, all),
      news: D.news(bed, silent),
      hr: gone(D.heart(bed)),
      spo2: gone(D.reading(bed, "spo2")),
      rr: gone(D.breaths(bed)),
    };
    writeWho(tile.who, bed.person, bed.live ? W.source(bed).name : "");
    T.pills.write(tile.pills, bed, tile.density);
    writeChip(tile.chip, shown.news);
    writeBand(tile.band, shown.band, quietNote(bed, condition));
    writeNumber(tile.hr, shown.hr, bed, fills.hr);
    writeNumber(tile.spo2, shown.spo2, bed, fills.spo2, "SpO₂");
    writeNumber(tile.rr, shown.rr, bed, fills.rr, "RR");
    if (tile.density.name !== "n64") writeSlow(tile, bed, fills);
    writeLost(tile, condition);
    for (const w of tile.waves) T.traceNote.write(w, tile.key, bed, condition);
    writeFrame(tile, bed, shown);
    attr(tile.root, "aria-label", label(tile, bed, shown));
    tile.shown = shown;
  }

  function writePressure(parts, p, bed, fills) {
    parts.base = p.label === "ABP" ? "num nibp line" : "num nibp";
    writeNumber(parts, p, bed, fills.nibp, p.label);
  }

  // The temperature, or what stands in its place where none is measured; beside it what else there is.
  function writeWarmth(tile, bed, fills) {
    const warm = T.derive.temperature(bed),
      other = T.derive.other(bed),
      instead = other && warm.state === "none";
    const word = tile.density.rail ? warm.label : "T";
    writeOther(tile.temp, instead ? other : { ...warm, label: word, key: "temp" }, bed, fills, "num temp");
    if (!tile.density.rail) return;
    show(tile.more.root, !!other && !instead);
    if (other && !instead) writeOther(tile.more, other, bed, fills, "num more");
  }

  function writeOther(parts, r, bed, fills, base) {
    parts.base = `${base} ${r.key}`;
    writeNumber(parts, r, bed, fills[r.key], r.label);
  }

  function writeSlow(tile, bed, fills) {
    const D = T.derive,
      p = D.pressure(bed),
      spot = p.label === "NIBP" && p.value != null && p.state !== "stale" && p.t;
    writePressure(tile.nibp, p, bed, fills);
    writeWarmth(tile, bed, fills);
    if (!tile.density.rail || !spot) return;
    put(tile.nibp.sub, W.clock(p.t)); // a cuff's time says more than its arrow
    cls(tile.nibp.sub, "ns");
  }

  function writeFrame(tile, bed, shown) {
    const b = shown.band;
    const names = ["tile"];
    if (b) names.push("p-" + b.priority, b.ack ? "acked" : "new");
    if (b && !b.ack && b.priority !== "low") names.push("attn");
    if (T.ui.selected === tile.key) names.push("sel");
    if (shown.condition.kind === "silent") names.push("nodata");
    if (shown.condition.kind === "waiting") names.push("waits");
    if (bed.live) names.push("islive");
    cls(tile.root, names.join(" "));
  }

  T.tile = {
    build,
    drop,
    update,
    number,
    band,
    chip,
    whose,
    writeNumber,
    writePressure,
    writeWarmth,
    writeBand,
    writeChip,
    writeWho,
  };
})();
