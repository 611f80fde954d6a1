// The table: truth in violet above, what trainees see below, a yellow frame where the screen misleads.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const { el, put, cls, fill } = T;
  const COLUMNS = ["HR", "RR", "SpO₂", "SBP", "Temp", "NEWS2"];
  const lines = new Map();
  let body = null;

  function mount(root) {
    body = el("tbody");
    lines.clear();
    const head = el("tr", {}, el("th", { scope: "col" }, "Bed"), el("th.truth", { scope: "col" }, "Truth"),
      COLUMNS.map((name) => el("th.v", { scope: "col" }, name)),
      ["Alarm is", "Next", "Trainees"].map((name) => el("th", { scope: "col" }, name)));
    const legend = el("div.legend", {},
      el("span", {}, el("span.truth", {}, "■ "), "truth"), el("span", {}, "■ displayed to trainees"),
      el("span", {}, el("span.gap", {}, "82?"), " screen differs, or shows nothing"));
    root.replaceChildren(
      el("div.boardscroll", {}, el("table.it", {}, el("caption.sr", {}, "Truth and displayed values per bed"), el("thead", {}, head), body)),
      legend);
    draw();
  }

  function line(key) {
    const l = { cells: [] };
    l.name = el("div.nm");
    l.cond = el("div.cond.truth");
    l.phase = el("div.ph");
    l.bar = el("div.phase");
    l.now = el("span.now");
    l.alarm = el("td");
    l.next = el("td.next");
    l.people = el("td");
    for (const name of COLUMNS) {
      const cell = { t: el("span.t"), d: el("span.d") };
      cell.td = el("td.v", { title: name }, cell.t, cell.d);
      l.cells.push(cell);
    }
    l.root = el("tr", { tabindex: 0, "data-bed": key, onclick: () => select(key), onfocus: () => select(key) },
      el("td", {}, el("span.bed", {}, W.bed(key)), l.name),
      el("td", {}, l.cond, l.phase, el("div.phasewrap", {}, l.bar, l.now)),
      l.cells.map((cell) => cell.td), l.alarm, l.next, l.people);
    return l;
  }

  function select(key) {
    if (X.selected === key) return;
    X.selected = key;
    draw();
    T.emit("selected", key);
  }

  // The bar spans the session's script: from its first stretch to its last known moment, and now.
  function span(bar) {
    const first = Math.min(...bar.map((p) => p.start));
    const ends = bar.flatMap((p) => [p.start, p.end || p.start]).concat(T.time.now(false));
    const last = Math.max(...ends);
    return { first, last: last + Math.max(60e3, (last - first) * 0.12) };
  }

  function drawBar(l, script) {
    const bar = (script && script.bar) || [];
    if (!bar.length) {
      l.now.hidden = true;
      return fill(l.bar, "", () => []);
    }
    const { first, last } = span(bar);
    const at = (t) => Math.max(0, Math.min(100, (100 * (t - first)) / (last - first)));
    const order = [...bar].sort((a, b) => layer(a) - layer(b));
    fill(l.bar, JSON.stringify([bar, Math.round(last / 5e3)]), () => order.map((p) => el(
      `span.${p.kind}${p.shade ? ".shade" + p.shade : ""}`,
      { title: p.name, style: `left:${at(p.start)}%;width:${at(p.end || last) - at(p.start)}%` })));
    l.now.hidden = false;
    l.now.style.left = `${at(T.time.now(false))}%`;
  }
  const layer = (p) => ({ baseline: 0, phase: 1, artefact: 2, fault: 2 })[p.kind] || 0;

  function person(who) {
    const icon = { looking: null, flagged: "flag", called: "phone" }[who.what];
    const words = who.what === "looking" ? "looking" : `${who.what} ${W.clock(who.t)}`;
    return el("div.who2", { title: who.name }, el("span.ini", {}, who.initials),
      el(`span${icon ? ".act" : ""}`, {}, icon ? T.icon(icon, true) : X.eye(), " ", words));
  }

  function drawLine(key, l) {
    const row = X.rows[key] || { condition: "", phase: "", cells: [], alarm: null, next: null, people: [] };
    const bed = T.state.beds[key];
    cls(l.root, key === X.selected ? "sel" : "");
    put(l.name, (bed && bed.person && bed.person.name) || (bed && bed.live ? W.source(bed).name : ""));
    put(l.cond, row.condition);
    put(l.phase, row.phase || (bed && bed.live ? W.source(bed).note : ""));
    drawBar(l, X.script[key]);
    l.cells.forEach((cell, i) => {
      const c = row.cells[i] || { true: "", shown: "", gap: false };
      put(cell.t, c.true);
      put(cell.d, c.shown);
      cls(cell.d, c.gap ? "d gap" : "d");
    });
    fill(l.alarm, JSON.stringify(row.alarm), () => row.alarm
      ? [el(`span.pill.is.${row.alarm.is}`, {}, row.alarm.is), el("div.alarmtext", {}, row.alarm.text)]
      : [el("span.faint", {}, "none")]);
    const left = row.next ? W.since(row.next.t - T.time.now(false)) : "–";
    fill(l.next, left + (row.next ? row.next.text : ""), () => [el("b", {}, left), el("div", { title: row.next ? row.next.text : "" }, row.next ? row.next.text : "nothing scripted")]);
    fill(l.people, JSON.stringify(row.people), () => row.people.length ? row.people.slice(0, 3).map(person) : [el("span.faint", {}, "nobody")]);
  }

  function draw() {
    if (!body) return;
    const keys = X.order();
    for (const key of [...lines.keys()]) if (!keys.includes(key)) { lines.get(key).root.remove(); lines.delete(key); }
    keys.forEach((key, i) => {
      if (!lines.has(key)) lines.set(key, line(key));
      const l = lines.get(key);
      if (body.children[i] !== l.root) body.insertBefore(l.root, body.children[i] || null);
      drawLine(key, l);
    });
    if (!keys.includes(X.selected)) { X.selected = keys[0] || ""; if (keys.length) { drawLine(keys[0], lines.get(keys[0])); T.emit("selected", keys[0]); } }
  }

  function move(step) {
    const keys = X.order(), at = keys.indexOf(X.selected) + step;
    if (at < 0 || at >= keys.length) return;
    select(keys[at]);
    lines.get(keys[at]).root.focus();
  }

  X.board = { mount, draw, move };
  T.on("truth", draw);
  T.on("beds", draw);
  T.on("tick", draw);
})();
