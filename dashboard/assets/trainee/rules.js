// What the page must judge by itself, by the tables that dashboard/view.py made.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  let tables = null;

  function rules() {
    if (!tables) tables = JSON.parse(document.getElementById("teleward-rules").textContent);
    return tables;
  }

  // fresh, stale or lost: see view.value_state.
  function valueState(ageS, periodS, validityS, speed) {
    const r = rules().value;
    if (periodS <= 0) return ageS > validityS ? "lost" : "fresh";
    if (periodS >= r.spot) return ageS > r.spotPeriods * periodS ? "lost" : "fresh";
    const stale = Math.max(r.intervals * periodS, r.least * Math.max(1, speed));
    if (ageS <= stale) return "fresh";
    return ageS <= Math.max(r.lost, 2 * stale) ? "stale" : "lost";
  }

  function fits(choice, beds, width, height) {
    const f = rules().frame;
    const rows = Math.ceil(beds / choice.columns);
    const across = width - (choice.rail ? f.rail + f.gap : 0) - f.gap * (choice.columns + 1);
    const down = height - f.head - f.keys - f.gap * (rows + 1);
    return across / choice.columns >= choice.least_width && down / rows >= choice.least_height;
  }

  function density(beds, width, height) {
    const all = rules().densities;
    return all.find((d) => beds <= d.beds && fits(d, beds, width, height)) || all[all.length - 1];
  }

  function rank(alarm) {
    const row = rules().rank[alarm.priority];
    return (row && row[alarm.presence]) ?? 9;
  }

  T.rules = { get tables() { return rules(); }, valueState, density, rank };
})();
