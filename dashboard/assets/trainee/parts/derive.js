// From what the stream said of a bed to what is shown of it: states, words, marks. Draws nothing.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const W = T.words;
  const DOUBT = ["Qst", "Calib"];
  const NUMBER_OF = {
    hr: "hr",
    pr: "hr",
    spo2: "spo2",
    rr: "rr",
    nibp_sys: "nibp",
    nibp_dia: "nibp",
    nibp_map: "nibp",
    abp_sys: "nibp",
    abp_map: "nibp",
    temp: "temp",
    temp_core: "temp",
    temp_skin: "temp",
    rr_co2: "rr",
    etco2: "etco2",
    glucose: "glucose",
    cgm: "cgm",
  };
  // What else a tile may show, the most telling first: the first of these that the bed has.
  const OTHERS = ["etco2", "glucose", "cgm", "pef", "weight"];
  const WARMTH = { temp: "Temp", temp_core: "T core", temp_skin: "T skin" };
  const PART = { hr: "pulse", pr: "pulse", spo2: "spo2", rr: "rr", nibp_sys: "sbp", temp: "temp" };
  const ARROWS = { up: "↑", down: "↓" };
  const LEVELS = { A: "Alert", C: "New confusion", V: "Voice", P: "Pain", U: "Unresponsive" };

  const period = (r, sign) => (r.per == null ? (sign ? sign.period_s : 0) : r.per);
  const continuous = (per) => per > 0 && per <= T.rules.tables.value.continuous;

  // One metric: its value, its state (fresh stale lost none), whether the device doubts it, its age in ms.
  function reading(bed, key) {
    const r = bed.num[key],
      sign = T.state.signs[key] || { decimals: 0, period_s: 1, validity_s: 60, label: key };
    if (!r) return { key, sign, state: "none", text: W.DASHES, value: null, doubt: false, age: 0, why: "" };
    const per = period(r, sign),
      flowing = continuous(per);
    const age = flowing ? T.time.heard(r.r, bed.live) : T.time.now(bed.live) - r.t;
    let state = T.rules.valueState(age / 1000, per, sign.validity_s, T.time.speed(bed.live));
    if (!T.link.up && state === "fresh") state = "stale";
    const gone = state === "lost" || r.v == null;
    const doubt = !gone && DOUBT.includes(r.q);
    return {
      key,
      sign,
      state,
      doubt,
      age,
      per,
      value: gone ? null : r.v,
      t: r.t,
      why: r.why || "",
      device: r.dev || "",
      text: gone ? W.DASHES : W.number(r.v, sign.decimals) + (doubt ? "?" : ""),
    };
  }

  // A silent bed shows dashes, whatever came last.
  const gone = (r) => ({ ...r, state: "lost", value: null, text: W.DASHES, doubt: false, sub: "" });
  const usable = (r) => r.state !== "none" && r.value != null && r.state !== "lost";

  function heart(bed) {
    const hr = reading(bed, "hr");
    const pulse = reading(bed, "pr");
    const off = bed.evt["lead-off"] && bed.evt["lead-off"].on;
    if ((off || !usable(hr) || (hr.state !== "fresh" && pulse.state === "fresh")) && usable(pulse)) {
      return { ...pulse, label: "PR", sub: "pleth" };
    }
    return { ...hr, label: "HR", sub: "" };
  }

  // Systolic over diastolic: of an arterial line where there is one, else of the cuff.
  function pressureOf(bed, kind) {
    const [sys, dia, map] = ["sys", "dia", "map"].map((part) => reading(bed, `${kind}_${part}`));
    const both = usable(sys) && usable(dia);
    const text = both ? `${W.number(sys.value, 0)}/${W.number(dia.value, 0)}${sys.doubt ? "?" : ""}` : W.DASHES;
    return { ...sys, label: kind.toUpperCase(), map, text, value: both ? sys.value : null };
  }
  const cuff = (bed) => pressureOf(bed, "nibp");
  const pressure = (bed) => (usable(reading(bed, "abp_sys")) ? pressureOf(bed, "abp") : cuff(bed));

  function temperature(bed) {
    const key = Object.keys(WARMTH).find((name) => usable(reading(bed, name))) || "temp";
    return { ...reading(bed, key), label: WARMTH[key] };
  }

  // The respiratory rate, or the capnometer's while there is no other.
  function breaths(bed) {
    const rr = reading(bed, "rr"),
      capno = reading(bed, "rr_co2");
    const instead = (!usable(rr) || (rr.state !== "fresh" && capno.state === "fresh")) && usable(capno);
    return instead ? { ...capno, label: "RR", sub: "CO₂" } : { ...rr, label: "RR" };
  }

  function other(bed) {
    const found = OTHERS.find((key) => bed.num[key]);
    if (!found) return null;
    const r = reading(bed, found);
    return { ...r, label: r.sign.label };
  }

  function trend(bed, key) {
    const trends = bed.score && bed.score.trends;
    return (trends && (trends[key] || trends[PART[key]])) || null;
  }

  function subLabel(r, bed) {
    if (r.state === "stale" && T.link.up) return W.age(r.age);
    if (r.doubt) return "check";
    if (r.sub) return r.sub;
    const t = usable(r) && trend(bed, r.key);
    return (t && ARROWS[t.direction]) || "";
  }

  function tooltip(r, bed) {
    const unit = r.sign.shown_unit ? " " + r.sign.shown_unit : "";
    const parts = [`${r.label || r.sign.label} ${r.text}${r.value == null ? "" : unit}`];
    if (r.doubt || r.why) parts.push(r.why ? `device says: ${r.why}` : "device doubts it; not counted in NEWS2");
    if (r.state === "stale") parts.push(`not updating for ${W.age(r.age)}; not counted in NEWS2`);
    const t = trend(bed, r.key);
    if (t) {
      const by = `${t.delta > 0 ? "+" : "−"}${Math.abs(t.delta).toFixed(r.sign.decimals)}`;
      const rule = T.rules.tables.trends[r.key];
      const arrow = rule ? ` (arrow from ±${rule.threshold}${unit})` : "";
      parts.push(`${by}${unit} in ${Math.round(t.window_s / 60)} min${arrow}`);
    }
    return parts.join(" · ");
  }

  // --- alarms ---
  function alarms(bed) {
    return Object.values(bed.alarms)
      .filter((a) => a && a.presence !== "Off")
      .sort((a, b) => T.rules.rank(a) - T.rules.rank(b) || b.onset - a.onset);
  }
  const isNew = (a) => a.presence === "On" || a.presence === "Latch";

  function band(bed, all) {
    const top = all[0];
    if (!top) return null;
    const ended = top.presence === "Latch" && top.ended != null;
    const now = T.time.now(bed.live);
    return {
      alarm: top,
      priority: W.priority[top.priority],
      mark: W.mark[top.priority],
      text: top.text,
      more: all.length - 1,
      ack: top.presence === "Ack",
      flash: top.presence === "On" && top.priority !== "Lo",
      age: ended ? `ended ${W.since(now - top.ended)}` : W.since(now - top.onset),
    };
  }

  function fills(all) {
    const out = {};
    for (const a of [...all].reverse()) {
      const slot = NUMBER_OF[a.metric];
      if (slot) out[slot] = a;
    }
    return out;
  }

  const fillClass = (a) =>
    a
      ? ` a-${W.priority[a.priority]}${a.presence === "Ack" ? " ack" : ""}${a.presence === "On" && a.priority !== "Lo" ? " flash" : ""}`
      : "";

  // --- NEWS2 ---
  function news(bed, silent) {
    const s = bed.score;
    const any = s && Object.values(s.components || {}).some((c) => c && c.points != null);
    if (!any || silent) return { text: "–", cls: "part", trend: "", title: "NEWS2: no data", total: null };
    const partial = s.total == null,
      n = partial ? s.at_least : s.total;
    const colour = n >= 7 ? "c7" : n >= 5 ? "c5" : s.max_single === 3 ? "cs" : n ? "c1" : "c0";
    const change = s.earlier == null || partial ? 0 : n - s.earlier;
    const parts = Object.entries(s.components)
      .filter(([, c]) => c && c.points)
      .map(([k, c]) => `${k} +${c.points}`);
    const title =
      `NEWS2 ${partial ? "at least " : ""}${n}${parts.length ? " (" + parts.join(", ") + ")" : ""}` +
      (partial && s.missing.length ? `; missing or doubtful: ${s.missing.join(", ")}` : "") +
      (s.earlier == null ? "" : `; an hour ago ${s.earlier}`);
    return {
      text: partial ? "≥" + n : String(n),
      cls: partial ? "part" + (n >= 5 ? " " + colour : "") : colour,
      title,
      total: s.total,
      atLeast: n,
      trend: change > 0 ? "↑" : change < 0 ? "↓" : "",
      change,
    };
  }

  // --- how the bed as a whole is ---
  // waiting, spot, silent or live
  function condition(key, bed) {
    const now = T.time.server();
    const values = Object.values(bed.num);
    const flowing = values.filter((r) => r && continuous(period(r, null)));
    if (!values.length) return { kind: "waiting", age: now - bed.first };
    if (!flowing.length) return { kind: "spot", t: Math.max(...values.map((r) => r.t)) };
    const wave = T.waves.heard(key);
    const heard = flowing.reduce((most, r) => Math.max(most, r.r), -Infinity);
    const age = T.time.heard(heard, bed.live);
    const waves = performance.now() - wave;
    const limit = 1000 * T.rules.tables.value.silent * T.time.speed(bed.live);
    if (age > limit && waves > 3000 && T.link.up) return { kind: "silent", age, last: T.time.now(bed.live) - age };
    return { kind: "live", age };
  }

  function traceNote(key, bed, slot, name) {
    const event = bed.evt[slot.off];
    if (event && event.on && (!event.metric || slot.keys.includes(event.metric) || name !== "resp")) {
      return { icon: "plug", text: event.text || `${slot.name} off` };
    }
    const flows = slot.keys.some((k) => T.waves.flowing(T.waves.ring(key, k), 3000));
    if (flows || T.time.paused() || !T.link.up) return null;
    if (T.time.speed(bed.live) > T.rules.tables.wavesToSpeed)
      return { icon: "clock", text: `no traces at ${T.time.speed(false)}×` };
    return { icon: "clock", text: `no ${slot.name}` };
  }

  T.derive = {
    reading,
    gone,
    heart,
    breaths,
    pressure,
    cuff,
    temperature,
    other,
    trend,
    subLabel,
    tooltip,
    alarms,
    band,
    fills,
    fillClass,
    news,
    condition,
    traceNote,
    isNew,
    usable,
    LEVELS,
    ARROWS,
  };
})();
