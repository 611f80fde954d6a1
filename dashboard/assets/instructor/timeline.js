// The session as one line: what the script does, what trainees did, what was noted, and now.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const SVG = "http://www.w3.org/2000/svg";
  const LEFT = 84, RIGHT = 20, HEIGHT = 146, BEFORE_MS = 40 * 60e3, AFTER_MS = 60 * 60e3, WHOLE_MS = 100 * 60e3;
  const LABEL = 68, LANES = [11, 28, 45], REST = 61, ACTS = 83, NOTES = 100;
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
    const minutes = (from.last - from.first) / 60e3, most = Math.min(11, (width - LEFT - RIGHT) / LABEL);
    const step = (STEPS_MIN.find((s) => minutes / s <= most) || 480) * 60e3;
    for (let t = Math.ceil(from.first / step) * step; t <= from.last; t += step) {
      svg.append(make("line", { x1: x(t), x2: x(t), y1: 4, y2: HEIGHT - 20, stroke: "var(--line)" }));
      svg.append(make("text", { x: x(t), y: HEIGHT - 4, "text-anchor": "middle", class: "dim" }, W.clock(t, step < 60e3)));
    }
    ["Script", "Trainees", "Notes"].forEach((name, i) =>
      svg.append(make("text", { x: 0, y: [LANES[1] + 5, ACTS + 5, NOTES + 13][i], class: i ? "dim" : "truth" }, name)));
  }

  function diamond(x, y, fill, title) {
    const mark = make("rect", {
      x: x - 4, y: y - 4, width: 8, height: 8, transform: `rotate(45 ${x} ${y})`, class: "mark",
      fill, stroke: "var(--truth)", "stroke-width": 1.6,
    });
    mark.append(make("title", {}, title));
    return mark;
  }

  const inside = (from) => (thing) => thing.t >= from.first && thing.t <= from.last;
  const when = (thing) => `${W.clock(thing.t)} ${thing.text}`;

  // What finds no room for its words stands below; the title of a mark has them still.
  function drawScript(svg, items, from, now, x, end) {
    const lane = X.lanes(LANES.length, LEFT, end), fill = (item) => (item.t > now ? "var(--tile)" : "var(--truth)");
    const rest = items.filter(inside(from)).filter((item) => {
      const free = lane(x(item.t), item.text);
      if (!free) return true;
      const y = LANES[free.lane];
      svg.append(
        diamond(x(item.t), y, fill(item), when(item)),
        make("text", { x: free.x, y: y + 5, "text-anchor": free.anchor }, item.text),
      );
      return false;
    });
    for (const { x: at, all } of X.gathered(rest, x, 32)) {
      svg.append(diamond(at, REST, fill(all[0]), all.map(when).join("\n")));
      if (all.length > 1) svg.append(make("text", { x: at + 9, y: REST + 5, class: "dim" }, all.length));
    }
  }

  const WORDS = { flag: "flagged", escalation: "called", ack: "acknowledged", note: "note" };
  const said = (act) => `${W.bed(act.key)} ${act.step && act.step !== "raised" ? act.step : WORDS[act.act] || act.act}`;

  function drawActs(svg, from, x, end) {
    const trainees = X.side.acts().filter((act) => act.role === "trainee" && act.step !== "described").filter(inside(from));
    const groups = X.gathered(trainees.sort((a, b) => a.t - b.t), x, 26);
    groups.forEach(({ x: at, all }, i) => {
      const next = i + 1 < groups.length ? groups[i + 1].x - 14 : end, text = all.length > 1 ? "" : said(all[0]);
      const mark = make("circle", { cx: at, cy: ACTS, r: 11, class: "mark", fill: "var(--raise)", stroke: "var(--act)", "stroke-width": 1.6 });
      mark.append(make("title", {}, all.map((act) => `${W.clock(act.t)} ${act.by}: ${said(act)}`).join("\n")));
      const who = all.length > 1 ? all.length : X.initials(all[0].by);
      svg.append(mark, make("text", { x: at, y: ACTS + 4, "text-anchor": "middle", class: "in" }, who));
      if (text && at + 17 + text.length * 7.2 <= next) svg.append(make("text", { x: at + 17, y: ACTS + 5 }, text));
    });
  }

  function drawNotes(svg, from, x, end) {
    const notes = X.notes.filter(inside(from)).sort((a, b) => a.t - b.t), lane = X.lanes(1, LEFT, end);
    for (const { x: at, all } of X.gathered(notes, x, 16)) {
      const mark = make("path", { d: `M${at - 5} ${NOTES}h10v15l-5-4-5 4z`, fill: "var(--text)", class: "mark" });
      mark.append(make("title", {}, all.map(when).join("\n")));
      svg.append(mark);
      const text = (all.length > 1 ? `${all.length}: ` : "") + all[0].text.slice(0, 60), free = lane(at, text);
      if (free) svg.append(make("text", { x: free.x, y: NOTES + 13, "text-anchor": free.anchor }, text));
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
    svg.append(make("line", { x1: x(now), x2: x(now), y1: 0, y2: HEIGHT - 18, stroke: "#fff", "stroke-width": 2 }));
    drawScript(svg, items, from, now, x, width);
    drawActs(svg, from, x, width);
    drawNotes(svg, from, x, width);
    place.replaceChildren(svg);
  }

  X.timeline = { mount(node) { place = node; drawn = ""; draw(); }, draw };
  for (const name of ["truth", "tick"]) T.on(name, draw);
  addEventListener("resize", draw);
})();
