// Right column: the chosen bed's script, who is here and what they did, notes, sessions.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const { el, put, fill } = T;
  const parts = {};

  function mount(root) {
    parts.title = el("span");
    parts.script = el("ol.script");
    parts.people = el("div.people");
    parts.notes = el("div.notes");
    parts.state = el("span.st");
    parts.note = el("input", {
      type: "text", maxlength: 180, placeholder: "What you want to come back to", "aria-label": "Note for the debrief",
      onkeydown: (event) => event.key === "Enter" && write(),
    });
    parts.sessions = el("div.sessionlist");
    root.replaceChildren(
      el("section.card.truthcard", {}, el("h2", {}, parts.title, el("span.sp"), el("span.faint", {}, "what the script does")), parts.script),
      X.steer.card(),
      el("section.card", {}, el("h2", {}, "Trainees"), el("div.pad", {}, parts.people)),
      el("section.card", {}, el("h2", {}, "Sessions"), parts.sessions),
      el("section.card", {}, el("h2", {}, "Notes for the debrief", el("kbd", {}, "/"), el("span.sp"), parts.state),
        el("div.pad", {}, parts.note, parts.notes)));
    draw();
  }

  function write() {
    const text = parts.note.value.trim();
    if (!text) return;
    put(parts.state, "sending");
    X.note(text, (m) => {
      put(parts.state, m.ok ? "" : m.error);
      if (m.ok) parts.note.value = "";
    });
  }

  // --- the script of the chosen bed ---
  function step(item, now) {
    if (item.start > now) return "next";
    if (!item.end || item.kind === "event") return item.kind === "event" ? "past" : "now";
    return item.end > now ? "now" : "past";
  }

  function drawScript() {
    const script = X.script[X.selected], now = T.time.now(false);
    put(parts.title, X.selected ? `${W.bed(X.selected)} ${(X.rows[X.selected] || {}).condition || ""}` : "No bed");
    const items = (script && script.items) || [];
    const steps = items.map((item) => step({ kind: "phase", ...item }, now));
    fill(parts.script, JSON.stringify([X.selected, items.length, steps]), () => items.length
      ? items.map((item, i) => el(`li.${steps[i]}`, {}, el("span.mark"), el("span", {}, W.clock(item.start)),
        el("span", {}, el("b", {}, item.name), item.text ? el("small", {}, item.text) : null)))
      : [el("li", {}, el("span"), el("span"), "Nothing is scripted for this bed.")]);
  }

  // --- people ---
  function acts() {
    return Object.entries(T.state.beds).flatMap(([key, bed]) => bed.acts.map((act) => ({ ...act, key })));
  }

  function count(mine) {
    const raised = (kind) => mine.filter((act) => act.act === kind && (act.step || "raised") === "raised").length;
    const flags = raised("flag"), calls = raised("escalation"), done = mine.filter((act) => act.act === "ack").length;
    if (!flags && !calls) return done ? `${done} acknowledged` : "nothing yet";
    return `${flags} flag${flags === 1 ? "" : "s"}, ${calls} call${calls === 1 ? "" : "s"}`;
  }

  function drawPeople() {
    const all = acts(), now = T.time.now(false);
    const people = Object.entries(T.state.people).filter(([, p]) => p.role === "trainee" || p.role === "observer");
    const rows = people.map(([id, p]) => {
      const mine = all.filter((act) => act.by_id === id);
      const last = Math.max(0, ...mine.map((act) => act.t));
      const where = p.looking ? `on ${W.bed(p.looking)}, ${W.age(Math.max(0, now - p.t))}` : "on the ward";
      return [X.initials(p.name), p.name, p.role === "observer" ? "observer" : where, count(mine), last ? W.age(now - last) : ""];
    });
    fill(parts.people, JSON.stringify(rows), () => rows.length
      ? rows.map(([ini, name, where, did, ago]) => el("div", {}, el("span.ini", {}, ini), el("b", {}, name), el("span", {}, where),
        el("span.muted.did", {}, did), el("span.muted.ago", {}, ago)))
      : [el("span.faint", {}, "Nobody has joined yet.")]);
  }

  function drawNotes() {
    fill(parts.notes, JSON.stringify(X.notes), () => X.notes.slice(0, 30).map((note) => el("p", {}, el("b", {}, W.clock(note.t)), " ", note.bed ? `${W.bed(note.bed)} ` : "", note.text)));
  }

  function drawSessions() {
    const here = T.state.session;
    fill(parts.sessions, JSON.stringify([X.sessions, here]), () => X.sessions.length
      ? X.sessions.map((s) => el("button", { type: "button", "aria-pressed": String(s.session === here), onclick: () => X.open(s.session) },
        el("b", {}, s.title || s.scenario), el("span.muted", {}, s.state),
        el("small", {}, `${s.place} · ${s.beds} beds · seed ${s.seed}`), el("small", {}, `${s.trainees} trainee${s.trainees === 1 ? "" : "s"}`)))
      : [el("span.faint", {}, "No session is running.")]);
  }

  function draw() {
    if (!parts.people || !parts.people.isConnected) return;
    drawScript();
    drawPeople();
    drawNotes();
    drawSessions();
  }

  X.side = { mount, draw, acts, focusNote: () => parts.note.focus() };
  for (const name of ["truth", "people", "tick", "selected", "hello"]) T.on(name, draw);
})();
