// The small signs beside a name: consciousness, oxygen, scale, battery, and what people did last.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill, put } = T;
  const W = T.words;

  function oxygen(chart) {
    if (!chart || !chart.oxygen || chart.oxygen === "air") return "";
    return chart.o2_flow ? `O₂ ${W.number(chart.o2_flow, chart.o2_flow % 1 ? 1 : 0)} L` : "O₂";
  }

  function battery(bed) {
    const low = T.rules.tables.value.battery;
    return Object.entries(bed.devices).filter(([, d]) => d && d.battery != null && d.battery < low);
  }

  function act(latest, bed, roomy) {
    if (!latest) return null;
    const { kind, act: done } = latest;
    if (kind === "call") {
      const taken = done.taken ? `, taken by ${done.taken.by}` : ", nobody has taken it";
      return el(
        "span.pill.call",
        { title: `Called by ${done.by}${taken}` },
        icon("phone", true),
        done.taken ? icon("check") : null,
        el("span.pt"),
      );
    }
    const title = `Flagged by ${done.by} at ${W.clock(done.t, true)}: ${T.people.flagText(done)}`;
    return el("span.pill.flag", { title }, icon("flag", true), roomy ? el("span.pt") : null);
  }

  function write(root, bed, density) {
    const chart = bed.chart || {},
      latest = T.people.latest(bed);
    const o2 = oxygen(chart),
      level = chart.acvpu && chart.acvpu !== "A" ? chart.acvpu : "";
    const two = bed.person && bed.person.scale === 2,
      flat = battery(bed);
    const key = [
      o2,
      level,
      two,
      flat.map(([d, x]) => d + Math.round(x.battery)).join(),
      bed.live && T.words.source(bed).mark,
      density.name,
      latest && latest.act.id + (latest.act.taken ? "t" : "") + (latest.act.judgement || ""),
    ].join("|");
    fill(root, key, () => [
      bed.live
        ? el("span.pill.live", { title: T.words.source(bed).note }, icon("live"), density.rail ? T.words.source(bed).mark : null)
        : null,
      level ? el("span.pill.conf", { title: `Consciousness: ${T.derive.LEVELS[level]}` }, level) : null,
      two ? el("span.pill", { title: "SpO₂ scale 2: target 88–92 % prescribed" }, "S2") : null,
      o2
        ? el("span.pill", { title: `Oxygen: ${chart.oxygen}${chart.o2_flow ? `, ${chart.o2_flow} L/min` : ""}` }, o2)
        : null,
      flat.length
        ? el(
            "span.pill.warn",
            { title: flat.map(([d, x]) => `${x.label || d}: battery ${Math.round(x.battery)} %`).join("; ") },
            icon("battery"),
          )
        : null,
      act(latest, bed, density.rail),
    ]);
    const text = root.querySelector(".pt");
    if (text && latest)
      put(text, latest.kind === "call" ? W.since(T.time.now(bed.live) - latest.act.t) : W.clock(latest.act.t));
  }

  // A trace's place says why there is no trace.
  function writeNote(w, key, bed, condition) {
    const blank = condition.kind === "silent" || condition.kind === "waiting" || condition.kind === "spot";
    const note = blank ? null : T.derive.traceNote(key, bed, w.slot, w.name);
    T.show(w.canvas, !note && !blank);
    T.show(w.note, !!note);
    if (note) fill(w.note, note.icon + note.text, () => [icon(note.icon), el("span", {}, note.text)]);
  }

  T.pills = { write, oxygen };
  T.traceNote = { write: writeNote };
})();
