// How old numbers are when they can be seen: from their measurement to the frame after they were written.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const HELD = 8192,
    CONTINUOUS_S = 2,
    MOST = 8;
  const stats = T.stats;
  Object.assign(stats, { numberAges: new Float64Array(HELD), numberAgesAt: 0 });

  const came = new Map(); // bed → the measurement times (ms) of what came and is not written yet
  let written = []; // wall times of what was written in the last frame

  function news({ news: beds }) {
    for (const [key, bed] of Object.entries(beds || {})) {
      for (const r of Object.values((bed && bed.num) || {})) {
        if (!r || !(r.per > 0 && r.per <= CONTINUOUS_S)) continue;
        if (!came.has(key)) came.set(key, []);
        if (came.get(key).length < MOST) came.get(key).push(r.t); // a bed that is not on show is not written
      }
    }
  }

  function wrote(key) {
    const bed = T.state.beds[key];
    for (const t of came.get(key) || []) if (bed && !T.time.paused()) written.push(T.time.wallOf(t, bed.live));
    came.delete(key);
  }

  function seen() {
    const now = T.time.server();
    for (const wall of written) stats.numberAges[stats.numberAgesAt++ % HELD] = now - wall;
    written = [];
  }

  T.on("beds", news);
  T.on("written", wrote);
  T.on("frame", seen);
})();
