// The session as one line: what the script does, what trainees did, what was noted, and now.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const SVG = "http://www.w3.org/2000/svg";
  const LEFT = 84, RIGHT = 20, HEIGHT = 146, BEFORE_MS = 40 * 60e3, AFTER_MS = 60 * 60e3, WHOLE_MS = 100 * 60e3;
  const STEPS_MIN = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240];
  let place = null, drawn = "";

  function make(tag, attributes, text) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function scripted() {
    return Object.entries(X.script).flatMap(([bed, script]) => (script.items || [])
      .filter((item) => item.kind !== "baseline")
      .map((item) => ({ t: item.start, end: item.end, text: `${W.bed(bed)} ${item.name}` })))
      .sort((a, b) => a.t - b.t);
  }

  // All of a short session, else a window around now.
  function span(now, items) {
    const session = X.session();
    const first = session ? session.start : now - BEFORE_MS;
    const last = Math.max(now + 60e3, ...items.map((i) => i.end || i.t));
    if (last - first <= WHOLE_MS) return { first, last: last + 0.06 * (last - first) };
    const from = Math.max(first, now - BEFORE_MS);
    return { first: from, last: from + BEFORE_MS + AFTER_MS };
  }

  function axis(svg, width, from, x) {
    const minutes = (from.last - from.first) / 60e3;
    const step = (STEPS_MIN.find((s) => minutes / s <= 11) || 480) * 60e3;
    for (let t = Math.ceil(from.first / step) * step; t <= from.last; t += step) {
      svg.append(make("line", { x1: x(t), x2: x(t), y1: 4, y2: HEIGHT - 20, stroke: "var(--line)" }));
      svg.append(make("text", { x: x(t), y: HEIGHT - 4, "text-anchor": "middle", class: "dim" }, W.clock(t, step < 60e3)));
    }
    ["Script", "Trainees", "Notes"].forEach((name, i) =>
      svg.append(make("text", { x: 0, y: [24, 81, 115][i], class: i ? "dim" : "truth" }, name)));
  }

  // Words find a free lane, or stay unsaid (the mark's title still has them).
  function lanes(count) {
    const free = Array(count).fill(-1e9);
    return function (x, text) {
      const lane = free.findIndex((end) => x - 8 > end);
      if (lane >= 0) free[lane] = x + 22 + text.length * 7.2;
      return lane;
    };
  }

  function drawScript(svg, items, from, now, x) {
    const lane = lanes(2);
    for (const item of items) {
      if (item.t < from.first || item.t > from.last) continue;
      const at = x(item.t), free = lane(at, item.text), y = free < 0 ? 57 : 14 + 24 * free;
      const mark = make("rect", {
        x: at - 4, y: y - 4, width: 8, height: 8, transform: `rotate(45 ${at} ${y})`,
        fill: item.t > now ? "var(--tile)" : "var(--truth)", stroke: "var(--truth)", "stroke-width": 1.6,
      });
      mark.append(make("title", {}, `${W.clock(item.t)} ${item.text}`));
      svg.append(mark);
      if (free >= 0) svg.append(make("text", { x: at + 11, y: y + 5 }, item.text));
    }
  }

  const WORDS = { flag: "flagged", escalation: "called", ack: "acknowledged", note: "note" };
  function drawActs(svg, from, x) {
    const acts = X.side.acts().filter((act) => act.role === "trainee" && act.step !== "described" && act.t >= from.first && act.t <= from.last);
    acts.sort((a, b) => a.t - b.t).forEach((act, i) => {
      const at = x(act.t), next = i + 1 < acts.length ? x(acts[i + 1].t) : Infinity, done = act.step && act.step !== "raised" ? act.step : WORDS[act.act] || act.act;
      const text = `${W.bed(act.key)} ${done}`;
      const mark = make("circle", { cx: at, cy: 76, r: 11, fill: "var(--raise)", stroke: "var(--act)", "stroke-width": 1.6 });
      mark.append(make("title", {}, `${W.clock(act.t)} ${act.by}: ${text}`));
      svg.append(mark, make("text", { x: at, y: 80, "text-anchor": "middle", style: "font-size:10.5px;font-weight:700;pointer-events:none" }, X.initials(act.by)));
      if (next - at > 36 + text.length * 7.2) svg.append(make("text", { x: at + 17, y: 81 }, text));
    });
  }

  function drawNotes(svg, from, x) {
    const lane = lanes(1);
    for (const note of [...X.notes].sort((a, b) => a.t - b.t)) {
      if (note.t < from.first || note.t > from.last) continue;
      const at = x(note.t), mark = make("path", { d: `M${at - 5} 103h10v15l-5-4-5 4z`, fill: "var(--text)" });
      mark.append(make("title", {}, `${W.clock(note.t)} ${note.text}`));
      svg.append(mark);
      if (lane(at, note.text) >= 0) svg.append(make("text", { x: at + 11, y: 116 }, note.text.slice(0, 60)));
    }
  }

  function draw() {
    if (!place || !place.isConnected || !T.state.ready) return;
    const width = Math.max(300, place.clientWidth), now = T.time.now(false);
    const items = scripted(), from = span(now, items);
    const x = (t) => LEFT + ((width - LEFT - RIGHT) * (t - from.first)) / (from.last - from.first);
    const key = [width, Math.round(x(now)), items.length, X.notes.length, X.side.acts().length, Math.round(from.last / 1000)].join();
    if (key === drawn) return;
    drawn = key;
    const svg = make("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": "The session so far and to come" });
    axis(svg, width, from, x);
    drawScript(svg, items, from, now, x);
    drawActs(svg, from, x);
    drawNotes(svg, from, x);
    svg.append(make("line", { x1: x(now), x2: x(now), y1: 0, y2: HEIGHT - 18, stroke: "#fff", "stroke-width": 2 }));
    place.replaceChildren(svg);
  }

  X.timeline = { mount(node) { place = node; drawn = ""; draw(); }, draw };
  for (const name of ["truth", "tick"]) T.on(name, draw);
  addEventListener("resize", draw);
})();
