// The one WebSocket: it comes back by itself, keeps the server's time and counts what comes.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const PING_MS = 2000,
    SILENT_MS = 6000,
    OPEN_MS = 3000,
    FIRST_MS = 200,
    LAST_MS = 1500;
  const REFUSED = [4401, 4403, 1008],
    REFUSED_MS = 5000;
  const GOODBYES = { ended: "This session has ended." };

  const link = (T.link = {
    up: false,
    since: 0,
    lost: 0,
    tries: 0,
    transit: 0,
    heard: 0,
    ever: false,
    refused: "",
    sendings: 0,
  });
  const stats = (T.stats = T.stats || {});
  Object.assign(stats, { messages: 0, waveFrames: 0, waveBlocks: 0, samplesIn: 0, reconnects: 0 });

  let socket = null,
    session = "",
    path = "/stream",
    pinging = 0,
    opening = 0,
    waiting = 0,
    back = FIRST_MS;

  function open() {
    clearTimeout(waiting);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    link.tries += 1;
    const past = link.ever || !(T.waves && T.waves.ring) ? "" : "&past=1"; // whole traces at once; after a gap it stays a gap
    socket = new WebSocket(`${scheme}//${location.host}${path}?session=${encodeURIComponent(session)}${past}`);
    socket.binaryType = "arraybuffer";
    const mine = socket;
    opening = setTimeout(() => mine.readyState === WebSocket.CONNECTING && mine.close(), OPEN_MS);
    socket.onopen = () => opened();
    socket.onmessage = (event) => mine === socket && received(event.data);
    socket.onclose = (event) => mine === socket && closed(event);
    socket.onerror = () => {};
  }

  function opened() {
    clearTimeout(opening);
    T.time.reset();
    link.heard = T.time.local();
    ping();
  }

  function up() {
    if (link.up) return;
    const away = link.lost ? T.time.local() - link.lost : 0;
    Object.assign(link, { up: true, since: T.time.local(), lost: 0, tries: 0, refused: "" });
    back = FIRST_MS;
    if (link.ever) stats.reconnects += 1;
    T.emit("up", { again: link.ever, away });
    link.ever = true;
  }

  function closed(event) {
    clearTimeout(opening);
    socket = null;
    if (link.up || !link.lost) {
      link.lost = T.time.local();
      link.up = false;
      T.emit("down", event);
    }
    if (REFUSED.includes(event.code)) link.refused = event.reason || "You are not signed in to this session.";
    waiting = setTimeout(open, (link.refused ? REFUSED_MS : back) + Math.random() * 100);
    back = Math.min(LAST_MS, back * 1.7);
  }

  function received(data) {
    link.heard = T.time.local();
    if (data instanceof ArrayBuffer) return waves(data);
    stats.messages += 1;
    const m = JSON.parse(data);
    if (typeof m.s === "number") T.time.hint(m.s);
    if (m.k === "pong") T.time.sample(m.c, T.time.local(), m.s);
    else if (m.k === "hello") {
      T.time.hint(m.now);
      T.apply.hello(m);
    } else if (m.k === "state") {
      T.apply.state(m);
      if (!link.refused) up();
    } else if (m.k === "d") {
      late(m);
      T.apply.d(m);
      up();
    } // who is refused gets no news
    else if (m.k === "done") T.emit("done", m);
    else if (m.k === "bye") {
      link.refused = GOODBYES[m.why] || m.why || "This session said goodbye.";
      socket.close();
    }
  }

  // How late the newest number was when it came: the header's "Live 0.3 s".
  function late(m) {
    if (T.time.paused() || T.time.speed(false) > 4) {
      link.transit = Math.max(0, T.time.server() - m.s);
      return;
    }
    let newest = -Infinity;
    for (const [key, bed] of Object.entries(m.beds || {})) {
      if ((T.state.beds[key] || bed || {}).live) continue; // a real sensor's time is another
      for (const r of Object.values((bed && bed.num) || {})) if (r && r.per <= 2 && r.t > newest) newest = r.t;
    }
    if (newest === -Infinity) return;
    const age = T.time.server() - T.time.wallOf(newest, false);
    if (age >= 0 && age < 3600e3) link.transit = age;
  }

  function waves(buffer) {
    const head = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, head)));
    let at = 4 + head + ((4 + head) & 1);
    stats.waveFrames += 1;
    for (const block of header.w) {
      const samples = new Int16Array(buffer, at, block.n);
      at += 2 * block.n;
      stats.waveBlocks += 1;
      stats.samplesIn += block.n;
      T.waves.add(block, samples);
    }
  }

  function send(message) {
    if (!socket || socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    link.sendings += 1;
    return true;
  }

  function ping() {
    send({ k: "ping", c: T.time.local() });
  }

  function beat() {
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    if (T.time.local() - link.heard > SILENT_MS) socket.close();
    else ping();
  }

  link.delay = function () {
    const silent = T.time.local() - link.heard;
    return silent > 1.25 * PING_MS ? silent : link.transit;
  };
  link.send = send;
  link.retry = function () {
    back = FIRST_MS;
    if (!socket) open();
  };
  link.start = function (name, where) {
    if (session === name && path === (where || path)) return;
    session = name;
    path = where || path;
    if (socket) {
      socket.onclose = null;
      socket.close();
    }
    if (!pinging) pinging = setInterval(beat, PING_MS);
    open();
  };
  addEventListener("online", () => link.retry());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      link.retry();
      ping();
    }
  });
})();
