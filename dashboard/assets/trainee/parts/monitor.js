// The bed's monitor: traces with numbers for across the room, spot values with source and age.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, put, cls, attr, fill } = T;
  const W = T.words;
  const PACE = 110,
    PHONE_PACE = 68,
    LINE = 2,
    PHONE_LINE = 1.6;
  const ROWS = [
    ["ecg", "hr"],
    ["pleth", "spo2"],
    ["resp", "rr"],
  ];
  const AIR = 21; // percent of oxygen
  const MOST_LEADS = 2; // beside the one whose rate is shown
  // What has a place of its own on this page; all else that is measured is a spot value.
  const PLACED = ["hr", "pr", "pr_nibp", "spo2", "pi", "rr", "temp", "o2_flow", "fio2", "steps", "activity"];
  const placed = (metric) => PLACED.includes(metric) || /^(abp|nibp)_/.test(metric);
  let key = "",
    rows = [],
    spots = {};

  function row([trace, name]) {
    const phone = T.ward.phone(),
      tables = T.rules.tables.traces,
      slot = tables[trace] || { ...tables.ecg, keys: [trace] };
    const canvas = el("canvas", { "aria-hidden": "true" }),
      label = el("span.wl"),
      note = el("span.wmsg", { hidden: true });
    const number = name ? T.tile.number(name, name) : { root: el("div.num.none") };
    const wave = { name: trace, slot, canvas, note, label, root: el(`div.wave.w-${trace}`, {}, canvas, label, note) };
    wave.trace = T.sweep.make(
      canvas,
      key,
      slot,
      phone ? PHONE_PACE : PACE,
      T.ui.projector ? 2.5 : phone ? PHONE_LINE : LINE,
    );
    return { trace, name, wave, number };
  }

  // The rows for what the bed has: the three of every bed, an arterial line, a capnogram, further leads.
  function wanted() {
    const held = T.state.beds[key],
      has = (metric) => !!T.waves.ring(key, metric);
    const ecg = T.rules.tables.traces.ecg.keys.filter(has);
    const leads = T.ward.phone() ? [] : ecg.slice(1, 1 + MOST_LEADS);
    return [
      ROWS[0],
      ...leads.map((metric) => [metric, ""]),
      ...ROWS.slice(1),
      ...(has("abp") || (held && held.num.abp_sys) ? [["abp", "nibp"]] : []),
      ...(has("capno") && has("resp") ? [["capno", "etco2"]] : []),
    ];
  }

  function mount(bed) {
    key = bed;
    rows = wanted().map(row);
    const node = document.getElementById("mon");
    node.replaceChildren(...rows.flatMap((r) => [r.wave.root, r.number.root]));
    node.parentElement.style.setProperty("--rows", rows.length);
    spots = {};
    document.getElementById("spots").replaceChildren();
  }

  function unmount() {
    for (const r of rows) T.sweep.drop(r.wave.trace);
    rows = [];
  }

  function limits(name, bed) {
    const metric = name === "nibp" ? T.derive.pressure(bed).key : name;
    const sign = T.state.signs[metric],
      bound = { ...(T.state.limits[metric] || {}) };
    if (name === "spo2" && bed.person && bed.person.scale === 2 && bed.person.target) bound.low = bed.person.target[0];
    const unit = sign ? ` ${sign.shown_unit}` : "";
    if (bound.low != null && bound.high != null) return `${bound.low}–${bound.high}${unit}`;
    if (bound.low != null) return `≥ ${bound.low}${unit}`;
    return bound.high != null ? `≤ ${bound.high}${unit}` : unit.trim();
  }

  function waveLabel(r, bed) {
    const ring = T.waves.ring(key, r.wave.trace.metric || r.wave.slot.keys[0]);
    const wave = ring && T.state.waves[ring.metric],
      name = (wave && wave.label) || r.wave.slot.name;
    if (r.trace === "pleth") {
      const pi = T.derive.reading(bed, "pi");
      return pi.value == null ? name : `${name} · PI ${W.number(pi.value, 1)} %`;
    }
    return r.trace === "ecg" ? `${name} · 25 mm/s` : r.wave.slot.pace < 1 ? `${name} · 6.25 mm/s` : name;
  }

  function moved(r, bed) {
    const t = T.derive.usable(r) && T.derive.trend(bed, r.key);
    if (!t || t.direction === "steady") return "";
    const by = `${t.delta > 0 ? "+" : "−"}${Math.abs(t.delta).toFixed(r.sign.decimals)}`;
    return `${T.derive.ARROWS[t.direction]} ${by} in ${Math.round(t.window_s / 60)} min`;
  }

  function reading(name, bed) {
    const D = T.derive;
    if (name === "hr") return D.heart(bed);
    if (name === "nibp") return D.pressure(bed);
    if (name === "rr") return D.breaths(bed);
    const found = D.reading(bed, name);
    return { ...found, label: found.sign.label };
  }

  function writeRow(r, bed, condition, fills) {
    if (r.name) writeNumbers(r, bed, fills);
    put(r.wave.label, waveLabel(r, bed));
    const note =
      condition.kind === "silent"
        ? { icon: "nodata", text: `No data ${W.since(condition.age)}` }
        : T.derive.traceNote(key, bed, r.wave.slot, r.trace);
    T.show(r.wave.canvas, !note);
    T.show(r.wave.note, !!note);
    if (note) fill(r.wave.note, note.icon, () => [icon(note.icon), el("span")]);
    if (note) put(r.wave.note.lastChild, note.text);
  }

  function writeNumbers(r, bed, fills) {
    const shown = reading(r.name, bed);
    if (r.name === "nibp") T.tile.writePressure(r.number, shown, bed, fills);
    else T.tile.writeNumber(r.number, shown, bed, fills[r.name], shown.label);
    const state = T.derive.subLabel(shown, bed),
      arrow = /^[↑↓]$/.test(state);
    put(
      r.number.sub,
      [limits(r.name, bed), arrow && !T.ward.phone() ? moved(shown, bed) : state].filter(Boolean).join("\n"),
    );
  }

  // --- spot values: value, source, age ---
  function spot(id, name, kind) {
    if (spots[id]) return spots[id];
    const s = { name: el("span.sn", {}, name), sub: el("small"), value: el("b") };
    s.root = el(`div.spot.${kind.replace(" ", ".")}`, {}, el("span.lab", {}, s.name, s.sub), s.value);
    s.base = `spot ${kind}`;
    document.getElementById("spots").append(s.root);
    return (spots[id] = s);
  }

  function write(id, name, kind, value, sub, extra) {
    const s = spot(id, name, kind);
    put(s.name, name);
    put(s.value, value);
    put(s.sub, sub);
    cls(s.root, s.base + (extra || ""));
    attr(s.root, "title", [name, value, sub].filter(Boolean).join(" · "));
  }

  function taken(r, bed, more) {
    if (r.value == null) return more || "";
    if (r.per > 0 && r.per <= T.rules.tables.value.continuous)
      return [r.state === "stale" ? W.age(r.age) : "now", more].filter(Boolean).join(" · ");
    return [W.clock(r.t), more].filter(Boolean).join(" · ");
  }

  const state = (r) => (r.doubt ? " q" : "") + (r.value == null || r.state === "stale" ? " stale" : "");

  function device(bed, name) {
    const d = bed.devices[name];
    return d ? d.label : name === "nurse" ? "charted" : name;
  }

  function writeSpots(bed, fills) {
    const D = T.derive,
      above = rows.some((r) => r.name === "nibp"), // an arterial line stands among the traces
      p = above ? D.cuff(bed) : D.pressure(bed),
      t = D.temperature(bed),
      chart = bed.chart || {};
    const mean = D.usable(p.map) ? `mean ${p.map.text}` : "";
    if (!above || p.state !== "none")
      write("nibp", p.label, "nibp", p.text, taken(p, bed, mean), state(p) + D.fillClass(above ? null : fills.nibp));
    write("temp", t.label, "temp", t.text, taken(t, bed, ""), state(t) + D.fillClass(fills.temp));
    const target = bed.person && bed.person.target;
    const inspired = D.reading(bed, "fio2"),
      air = chart.oxygen === "air";
    write(
      "oxygen",
      "Oxygen",
      "w",
      chart.oxygen ? (air ? "air" : T.pills.oxygen(chart).replace("O₂ ", "") || "O₂") : "–",
      [
        chart.oxygen && !air ? chart.oxygen : target ? `target ${target[0]}–${target[1]} %` : "no target set",
        D.usable(inspired) && inspired.value > AIR ? `FiO₂ ${inspired.text} %` : "",
      ]
        .filter(Boolean)
        .join(" · "),
    );
    const level = chart.acvpu || "";
    const age = chart.t ? `${W.clock(chart.t)}, ${W.since(T.time.now(bed.live) - chart.t)} ago` : "not charted";
    write("acvpu", "ACVPU", "w", level ? D.LEVELS[level] : "–", age, level && level !== "A" ? " conf" : "");
    const pulse = D.reading(bed, "pr");
    write(
      "pulse",
      "Pulse",
      "w later",
      pulse.text,
      pulse.device ? device(bed, pulse.device) : "no oximeter",
      state(pulse),
    );
    const posture = bed.evt.posture,
      activity = D.reading(bed, "activity");
    if (posture || D.usable(activity)) {
      write(
        "posture",
        "Position",
        "w later",
        posture ? posture.text || "–" : D.usable(activity) ? (activity.value < 0.1 ? "still" : "moving") : "–",
        posture ? W.clock(posture.t) : "activity band",
      );
    }
    for (const metric of Object.keys(T.state.signs)) {
      const r = D.reading(bed, metric);
      if (r.state === "none" || placed(metric) || rows.some((one) => one.name === metric)) continue;
      write(
        metric,
        r.sign.label,
        metric === "etco2" ? "co2" : "w",
        r.text,
        [r.sign.shown_unit, taken(r, bed, device(bed, r.device))].filter(Boolean).join(" · "),
        state(r) + D.fillClass(fills[metric]),
      );
    }
  }

  function refresh(bed, condition) {
    if (wanted().map(([trace]) => trace).join() !== rows.map((r) => r.trace).join()) {
      unmount();
      mount(key);
    }
    const fills = T.derive.fills(T.derive.alarms(bed));
    for (const r of rows) writeRow(r, bed, condition, fills);
    writeSpots(bed, fills);
  }

  T.monitor = { mount, unmount, refresh };
})();
