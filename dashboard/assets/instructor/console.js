// The console: header, the hands on the session's clock, keys; mounts the other parts.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const { el, put, fill } = T;
  const SPEEDS = [0.5, 1, 2, 4, 10, 60], LATE_MS = 2000;
  const parts = {};
  let root = null, ending = false;

  const SVG = "http://www.w3.org/2000/svg";
  function picture(d) {
    const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  }
  X.eye = () => picture("M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z");
  const play = () => picture("M7 4.5v15l12-7.5z"), pause = () => picture("M8 5v14M16 5v14"), stop = () => picture("M6.5 6.5h11v11h-11z");
  const plus = () => picture("M12 5v14M5 12h14");
  const word = (text) => el("span.word", {}, text); // read out on a phone, not seen
  X.initials = function (name) {
    const words = (name || "?").trim().split(/\s+/);
    return (words.length > 1 ? words[0][0] + words[words.length - 1][0] : words[0].slice(0, 2)).toUpperCase();
  };

  function header(node) {
    parts.title = el("i");
    parts.people = el("span");
    parts.delay = el("b");
    parts.link = el("span.stat", {}, el("span.dot"), parts.word = el("span", {}, "Live"), parts.delay);
    parts.clock = el("span.clock", { "aria-label": "Simulated time" });
    node.replaceChildren(
      el("span.brand", {}, "Teleward", parts.title),
      el("strong.sim", {}, "SIMULATION", el("span", {}, "training only, not for patient care")),
      el("span.role", {}, X.eye(), "INSTRUCTOR: truth on screen,\u00a0do not project"),
      el("span.sp"), el("span.stat", {}, el("span", {}, parts.people, el("span.wide", {}, ", one shared ward"))), parts.link, parts.clock);
  }

  function transport(node, starter) {
    parts.pause = T.button(".btn", "", toggle);
    parts.speeds = el("span.seg", { role: "group", "aria-label": "Speed" }, SPEEDS.map((speed) =>
      T.button("", speed === 0.5 ? "×½" : `×${speed}`, () => ask("speed", { speed }), { "data-speed": speed, title: `Speed ${speed}` })));
    parts.said = el("span.st", { role: "status" });
    parts.end = el("span.asks");
    node.replaceChildren(parts.pause, parts.speeds, parts.said, el("span.sp"),
      T.button(".btn", [plus(), word("Start another session")], starter, { title: "Start another session" }), parts.end);
    parts.pause.dataset.running = "";
    drawEnd();
  }

  function ask(verb, what) {
    put(parts.said, "");
    X.ask(verb, T.state.session, what, (m) => put(parts.said, m.ok ? "" : `Not done: ${m.error}`));
  }
  function toggle() {
    if (T.state.clock) ask(T.state.clock.running ? "pause" : "resume");
  }
  function drawEnd() {
    fill(parts.end, String(ending), () => ending
      ? ["End this session for everybody?", T.button(".btn.danger.sure", "End it", () => { ask("stop"); asks(false); }), T.button(".btn", "Go on", () => asks(false))]
      : [T.button(".btn.danger", [stop(), word("End session")], () => asks(true), { title: "End session" })]);
  }
  function asks(on) {
    ending = on;
    drawEnd();
    parts.end.querySelector("button").focus();
  }

  function drawHead() {
    if (!root) return;
    const session = X.session(), clock = T.state.clock;
    put(parts.title, session ? `${session.title || session.scenario} · seed ${session.seed}` : "");
    const here = Object.values(T.state.people).filter((p) => p.role === "trainee").length;
    put(parts.people, session ? `${here} trainee${here === 1 ? "" : "s"}` : "Nobody");
    const delay = T.link.delay(), late = !T.link.up || delay > LATE_MS;
    put(parts.word, T.link.up ? (late ? "Delay" : "Live") : "No connection");
    put(parts.delay, T.link.up ? `${(delay / 1000).toFixed(1)} s` : "");
    parts.link.classList.toggle("late", late);
    put(parts.clock, clock ? W.clock(T.time.now(false), true) : "--:--");
    fill(parts.pause, String(!!clock && clock.running), () => clock && clock.running
      ? [pause(), word("Pause"), el("kbd", {}, "Space")] : [play(), word("Go on"), el("kbd", {}, "Space")]);
    for (const button of parts.speeds.children) {
      button.setAttribute("aria-pressed", String(!!clock && clock.speed === Number(button.dataset.speed)));
    }
    for (const button of root.querySelectorAll(".transport > .btn:first-child, .seg button, .asks button")) button.disabled = !session || !T.link.up;
    drawNotices();
  }

  // What is missing is named, across the top; it goes by itself.
  function drawNotices() {
    const said = [];
    if (!T.link.up && T.link.lost) said.push(`Connection lost ${W.since(T.time.local() - T.link.lost)}. What you see is old. ${T.link.refused || "Reconnecting"}`);
    else if (T.state.missing.length) said.push(`Not there now: ${T.state.missing.join(", ")}. The page goes on by itself when it is back.`);
    else if (T.state.ready && !X.sessions.length) said.push("No session is running. Start one.");
    if (T.state.hidden) said.push(`${T.state.hidden} real sensor bed${T.state.hidden === 1 ? "" : "s"} shown only while the session runs at speed 1.`);
    fill(document.getElementById("inotices"), said.join(), () => said.map((text) => el("div.notice", { role: "status" }, text)));
  }

  // --- sessions come and go ---
  X.open = function (session) {
    history.replaceState(null, "", `?session=${encodeURIComponent(session)}`);
    T.link.start(session, "/instructor/stream");
  };
  function follow() {
    const running = X.sessions.map((s) => s.session);
    if (running.length && !running.includes(T.state.session)) X.open(running[0]);
  }
  T.on("down", () => {
    if (T.link.refused) T.link.start("", "/instructor/stream");
  });

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) {
      if (event.key === "Escape") at.blur();
      return;
    }
    if (event.key === " " && at.tagName !== "BUTTON") toggle();
    else if (event.key === "ArrowDown") X.board.move(1);
    else if (event.key === "ArrowUp") X.board.move(-1);
    else if (event.key === "/") X.side.focusNote();
    else if (event.key === "Escape" && ending) asks(false);
    else return;
    event.preventDefault();
  }

  function mount(node) {
    root = node;
    header(node.querySelector(".top"));
    transport(node.querySelector(".transport"), () => document.getElementById("open-start").click());
    X.board.mount(document.getElementById("board"));
    X.side.mount(document.getElementById("aside"));
    X.timeline.mount(document.getElementById("line"));
    T.link.start(new URLSearchParams(location.search).get("session") || node.dataset.session, "/instructor/stream");
    drawHead();
  }

  const waiting = new MutationObserver(() => {
    const node = document.getElementById("instructor");
    if (!node || node === root) return;
    mount(node);
  });
  waiting.observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("keydown", keys);
  for (const name of ["truth", "clock", "people", "up", "down", "hello", "tick"]) T.on(name, drawHead);
  T.on("truth", follow);
  setInterval(() => root && T.emit("tick"), 500);
})();
