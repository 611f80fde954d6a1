// Three times: this browser's, the server's (by the stream's pings), the session's.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const KEPT = 10;
  const samples = [];
  let offset = 0;

  const local = () => performance.timeOrigin + performance.now();
  const server = () => local() + offset;

  // The sample with the shortest way there and back knows the offset best.
  function sample(sent, answered, serverMs) {
    samples.push({ way: answered - sent, offset: serverMs - (sent + answered) / 2 });
    if (samples.length > KEPT) samples.shift();
    const best = samples.reduce((a, b) => (b.way < a.way ? b : a));
    offset = best.offset;
  }

  function simulated(wall) {
    const c = T.state.clock;
    if (!c) return wall;
    return c.running ? c.start + (wall - c.wall) * c.speed : c.start;
  }

  function wallOf(ms, live) {
    const c = T.state.clock;
    if (live || !c) return ms;
    return c.running && c.speed ? c.wall + (ms - c.start) / c.speed : NaN;
  }

  T.time = {
    local,
    server,
    sample,
    wallOf,
    hint(serverMs) {
      if (!samples.length) offset = serverMs - local();
    },
    reset() {
      samples.length = 0;
    },
    get offset() {
      return offset;
    },
    now(live) {
      return live ? server() : simulated(server());
    },
    speed(live) {
      const c = T.state.clock;
      return live || !c ? 1 : c.speed || 1;
    },
    paused() {
      const c = T.state.clock;
      return !!c && !c.running;
    },
    // How long ago (simulated ms) something was received; a pause of the session is no silence.
    heard(receivedMs, live) {
      const c = T.state.clock;
      if (live || !c) return server() - receivedMs;
      const until = c.running ? server() : c.wall;
      return (until - Math.max(receivedMs, T.state.resumed)) * (c.speed || 1);
    },
  };
})();
