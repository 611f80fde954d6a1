// "Your shift" and the undo card: what I did, whether it is recorded, and the way back.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill } = T;
  const W = T.words;
  const JUDGEMENTS = [
    ["deteriorating", "Deteriorating"],
    ["artefact", "Artefact"],
    ["unsure", "Unsure"],
  ];
  const STATES = { sending: "sending", waiting: "not sent, retrying", failed: "not recorded", recorded: "" };
  const SHOWN = 6,
    RECENT_MS = 60000;
  let current = null; // { id, bed, judgement, … } of the last flag of mine
  T.flags = {
    raised(id, bed) {
      current = { id, bed, at: performance.now() };
      draw();
      T.emit("flagged");
    },
    undone(id) {
      if (current && current.id === id) current = null;
      draw();
      T.emit("flagged");
    },
    recent: () => !!current && performance.now() - (current.at || 0) < RECENT_MS,
    adopt(flag) {
      if (!current || current.id !== flag.id) current = { ...flag };
    },
    current: (bed) => (current && (!bed || current.bed === bed) ? current : null),
    describe(fields) {
      if (!current) return;
      Object.assign(current, fields);
      const { judgement, condition, certainty, why } = current;
      T.acts.describe(current.id, current.bed, { judgement, condition, certainty, why });
      draw();
      T.emit("described", current);
    },
  };

  T.shiftStates = STATES;

  function entry(line) {
    const state = STATES[line.state] ?? "";
    const more = state ? el(`span.st.${line.state}`, { title: line.error || "" }, ` ${state}`) : null;
    return el("div", {}, el("b", {}, W.clock(line.t, true)), " " + line.text, more);
  }

  function log() {
    const lines = T.acts.shift.slice(0, SHOWN);
    for (const node of document.querySelectorAll("[data-shift]")) {
      const key = lines.map((l) => l.id + l.state).join();
      fill(node, key || "none", () => (lines.length ? lines.map(entry) : [el("div.faint", {}, "Nothing yet.")]));
    }
  }

  function chips() {
    return JUDGEMENTS.map(([value, word]) => {
      const on = current.judgement === value;
      return T.button(
        `.chip${on ? ".on" : ""}`,
        [on ? icon("check") : null, word].filter(Boolean),
        () => T.flags.describe({ judgement: value }),
        { "aria-pressed": String(on) },
      );
    });
  }

  function card() {
    const line = T.acts.shift.find((l) => l.id === current.id);
    const state = line ? STATES[line.state] : ""; // nothing more to say once it is recorded
    return [
      el(
        "div.card.undo",
        { role: "group", "aria-label": "Last act" },
        el(
          "div.row",
          {},
          el("span.act", {}, icon("flag", true)),
          el("span.what", {}, el("b", {}, `${W.bed(current.bed)} flagged`), el("span.st", {}, state || "recorded")),
          el("span.sp"),
          T.button(".btn.sm", [icon("undo"), "Undo", el("kbd", {}, "U")], () => T.acts.undo()),
        ),
        el("div.row.judge", {}, chips()),
      ),
    ];
  }

  function undoCard() {
    const line = current && T.acts.shift.find((l) => l.id === current.id);
    for (const node of document.querySelectorAll("[data-undo]")) {
      const key = current ? [current.id, current.judgement, line && line.state].join("|") : "none";
      fill(node, key, () => (current ? card() : []));
    }
  }

  function draw() {
    log();
    undoCard();
  }
  T.on("shift", draw);
  T.on("parts", draw);
})();
