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

  function room(choice, width, height) {
    const f = rules().frame;
    return [width - (choice.rail ? f.rail + f.gap : 0) - f.gap, height - f.head - f.keys - f.gap];
  }

  // The number of columns whose tiles come nearest to the wanted shape, 0 where none fit.
  function columnsOf(choice, beds, width, height) {
    const [across, down] = room(choice, width, height),
      gap = rules().frame.gap;
    let best = 0,
      nearest = Infinity;
    for (let columns = Math.min(choice.columns, beds); columns > 0; columns--) {
      const wide = across / columns - gap,
        high = down / Math.ceil(beds / columns) - gap;
      if (wide < choice.least_width || high < choice.least_height) continue;
      const far = Math.abs(Math.log(wide / high / choice.aspect));
      if (far < nearest) [nearest, best] = [far, columns];
    }
    return best;
  }

  function paged(choice, width, height) {
    const [across, down] = room(choice, width, height),
      gap = rules().frame.gap;
    const columns = Math.max(1, Math.min(choice.columns, Math.floor(across / (choice.least_width + gap))));
    return { density: choice, columns, rows: Math.max(1, Math.floor(down / (choice.least_height + gap))) };
  }

  // See view.plan. ``coarser`` steps to larger tiles, whose pages are turned.
  function plan(beds, width, height, coarser) {
    const all = rules().densities,
      count = Math.max(1, beds);
    for (const choice of all) {
      const columns = count <= choice.beds ? columnsOf(choice, count, width, height) : 0;
      if (!columns) continue;
      const at = all.indexOf(choice) - (coarser || 0);
      return coarser
        ? paged(all[Math.max(0, at)], width, height)
        : { density: choice, columns, rows: Math.ceil(count / columns) };
    }
    return paged(all[Math.max(0, all.length - 1 - (coarser || 0))], width, height);
  }

  function rank(alarm) {
    const row = rules().rank[alarm.priority];
    return (row && row[alarm.presence]) ?? 9;
  }

  T.rules = {
    get tables() {
      return rules();
    },
    valueState,
    plan,
    rank,
  };
})();
