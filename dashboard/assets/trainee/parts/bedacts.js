// What one can do at a bed: acknowledge, flag and say why, call, write a note.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill } = T;
  const W = T.words;
  const CONDITIONS = [
    ["Sepsis", "deteriorating"],
    ["Bleeding", "deteriorating"],
    ["Respiratory", "deteriorating"],
    ["Cardiac", "deteriorating"],
    ["Opioid effect", "deteriorating"],
    ["Artefact", "artefact"],
    ["Device", "artefact"],
  ];
  const CERTAINTY = [
    ["hunch", "Hunch"],
    ["likely", "Likely"],
    ["sure", "Sure"],
  ];
  const WHOM = ["Patient", "Nurse visit", "Doctor on call", "Rapid response"];
  let key = "",
    noteOpen = false,
    otherOpen = false;

  const place = () => document.getElementById("acts");

  // My flag of this bed: of this page, or, after the page was loaded again, the one in the record.
  function flag() {
    const current = T.flags.current(key),
      bed = T.state.beds[key];
    if (current || !bed) return current;
    const mine = T.people.flags(bed).filter(T.people.mine);
    return mine.length ? { ...mine[mine.length - 1], bed: key, recorded: true } : null;
  }

  function choices(list, chosen, pick) {
    return list.map(([value, word]) =>
      T.button(
        `.chip${chosen === value ? ".on" : ""}`,
        [chosen === value ? icon("check") : null, word].filter(Boolean),
        () => pick(value),
        { "aria-pressed": String(chosen === value) },
      ),
    );
  }

  const describe = (f, fields) => {
    T.flags.adopt(f);
    T.flags.describe(fields);
  };

  function other(f) {
    const known = CONDITIONS.some(([word]) => word === f.condition);
    if (!otherOpen)
      return T.button(
        `.chip${f.condition && !known ? ".on" : ""}`,
        f.condition && !known ? f.condition : "Other…",
        () => {
          otherOpen = true;
          refresh(T.state.beds[key]);
          place().querySelector("input")?.focus();
        },
      );
    const input = el("input", {
      type: "text",
      maxlength: 200,
      placeholder: "What do you think it is?",
      "aria-label": "Suspected condition",
      value: known ? "" : f.condition || "",
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") input.blur();
    });
    input.addEventListener("change", () => {
      otherOpen = false;
      describe(f, { condition: input.value.trim() || null, judgement: "deteriorating" });
    });
    return input;
  }

  function why(f) {
    const input = el("input", {
      type: "text",
      maxlength: 500,
      placeholder: "Why?",
      "aria-label": "Why",
      value: f.why || "",
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") input.blur();
    });
    input.addEventListener("change", () => describe(f, { why: input.value.trim() || null }));
    return input;
  }

  function flagged(f) {
    const line = T.acts.shift.find((l) => l.id === f.id),
      state = line && T.shiftStates[line.state];
    const when = W.clock(f.t || (line && line.t), true);
    return el(
      "section.card.flagcard",
      { "aria-label": "Your flag" },
      el(
        "h2",
        {},
        icon("flag", true),
        ` Flagged ${when}`,
        el("span.st", {}, state ? ` ${state}` : ""),
        el("span.sp"),
        T.button(".btn.sm", [icon("undo"), "Undo", el("kbd", {}, "U")], () => T.acts.undoFlag(f.id, key)),
      ),
      el(
        "div.pad",
        {},
        el("p.muted", {}, "What do you think it is? ", el("span.faint", {}, "Optional; the flag already counts.")),
        el(
          "div.chips",
          {},
          choices(
            CONDITIONS.map(([w]) => [w, w]),
            f.condition,
            (w) => describe(f, { condition: w, judgement: CONDITIONS.find(([c]) => c === w)[1] }),
          ),
          other(f),
        ),
        el(
          "div.row",
          {},
          why(f),
          el(
            "div.row.sure",
            { role: "group", "aria-label": "How sure?" },
            choices(CERTAINTY, f.certainty, (c) => describe(f, { certainty: c })),
          ),
        ),
      ),
    );
  }

  function unflagged() {
    return el(
      "section.card.flagcard.none",
      { "aria-label": "Flag" },
      T.button(".btn", [icon("flag"), "Flag this patient", el("kbd", {}, "F")], () => T.acts.flag(key)),
      el("p.faint", {}, "Counts at once; reason and certainty may follow."),
    );
  }

  function note() {
    if (!noteOpen) return null;
    const area = el("textarea", {
      rows: 3,
      maxlength: 2000,
      placeholder: "Note for the chart",
      "aria-label": "Note for the chart",
    });
    const send = () => {
      const text = area.value.trim();
      noteOpen = false;
      if (text) T.acts.note(key, text);
      refresh(T.state.beds[key]);
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        send();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        noteOpen = false;
        refresh(T.state.beds[key]);
      }
    });
    return el(
      "div.pad.noteform",
      {},
      area,
      el(
        "div.row",
        {},
        el("span.sp"),
        T.button(".btn.sm", "Cancel", () => {
          noteOpen = false;
          refresh(T.state.beds[key]);
        }),
        T.button(".btn.sm.pri", ["Write", el("kbd", {}, "Ctrl Enter")], send),
      ),
    );
  }

  function cards() {
    const f = flag();
    return [
      el(
        "section.card",
        { "aria-label": "Acts" },
        el(
          "div.acts2",
          {},
          T.button(".btn", [icon("check"), "Acknowledge", el("kbd", {}, "A")], () => T.acts.acknowledge(key)),
          T.button(".btn", [icon("note"), "Write a note", el("kbd", {}, "W")], openNote),
        ),
        note(),
      ),
      f ? flagged(f) : unflagged(),
      el(
        "section.card.callcard",
        { "aria-label": "Call" },
        el(
          "h2",
          {},
          icon("phone"),
          " Call ",
          el("kbd", {}, "C"),
          el("span.sp"),
          el("span.faint", {}, "ISBAR, filled from the chart"),
        ),
        el(
          "div.pad.acts4",
          {},
          WHOM.map((to) =>
            T.button(
              `.btn${to === "Rapid response" ? ".pri" : ""}`,
              to === "Rapid response" ? [icon("phone"), to] : to,
              () => T.callForm.open(key, to),
            ),
          ),
        ),
      ),
    ];
  }

  function openNote() {
    noteOpen = true;
    refresh(T.state.beds[key]);
    place().querySelector("textarea")?.focus();
  }

  function refresh(bed) {
    const node = place();
    if (!node || !bed) return;
    if (T.state.role === "observer")
      return fill(node, "observer", () => [
        el("section.card", {}, el("p.pad.muted", {}, "You look on as an observer.")),
      ]);
    if (
      node.contains(document.activeElement) &&
      document.activeElement.matches("input, textarea") &&
      node.__key &&
      node.__open === `${noteOpen}${otherOpen}`
    )
      return;
    const f = flag(),
      line = f && T.acts.shift.find((l) => l.id === f.id);
    node.__open = `${noteOpen}${otherOpen}`;
    fill(
      node,
      [key, f && [f.id, f.condition, f.certainty, f.why, line && line.state].join(), noteOpen, otherOpen].join("|"),
      cards,
    );
  }

  function again() {
    if (T.ui.page === "bed" && key) refresh(T.state.beds[key]);
  }

  T.bedActs = {
    mount(bed) {
      key = bed;
      noteOpen = otherOpen = false;
    },
    refresh,
  };
  T.on("shift", again);
  T.on("described", again);
  T.on("write-note", openNote);
})();
