// What the instructor's hand does to the chosen bed: illness, treatment, rhythm, breathing, consciousness, falls, faults, pins.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const { el, put, fill } = T;
  // do, what the button says, which words it takes, how its number is called if it takes one, and more numbers.
  const DEEDS = [
    ["insult", "Begin", "insult", "severity, 0 to 1", { tempo: "times faster" }], ["ease", "Ease", "insult"],
    ["treat", "Give", "treatment", "dose"], ["stop", "Stop", "treatment"],
    ["rhythm", "Rhythm", "rhythm", "0: no pulse"], ["breathing", "Breathing", "breathing"],
    ["st", "ST", "territory", "mV", { age_h: "infarct's age, h" }], ["potassium", "Potassium", "electrolyte", "mmol/L"],
    ["qt", "QT", "interval", "× its length"],
    ["fault", "Fault", "fault", null, { lasts_s: "for, s" }], ["mend", "Mend", "fault"],
    ["consciousness", "Consciousness", "consciousness"], ["fall", "Fall", "fall"], ["measure", "Measure now", "measure"],
    ["pin", "Pin", "sign", "value", { over_s: "within, s" }], ["release", "Release", "held"],
  ];
  const parts = {};
  let words = null, asking = false, asked = false;

  function select(label, changed) {
    return el("select", { "aria-label": label, onchange: changed });
  }

  function card() {
    parts.title = el("span");
    parts.deed = select("What to do", choose);
    parts.deed.append(...DEEDS.map(([key, label]) => el("option", { value: key }, label)));
    parts.name = select("Which", detail);
    parts.device = select("Device", () => {});
    parts.other = select("Exchanged with", () => {});
    parts.value = number("How much");
    parts.more = el("span.more");
    parts.said = el("span.st", { role: "status" });
    parts.go = T.button(".btn", "Do it", act);
    choose();
    return el("section.card.steer", {}, el("h2", {}, parts.title, el("span.sp"), parts.said),
      el("div.pad.row", { onfocusin: learn, onpointerdown: learn }, parts.deed, parts.name, parts.device, parts.other, parts.value, parts.more, parts.go));
  }

  function number(label, about) {
    return el("input", { type: "number", step: "any", "aria-label": label, onkeydown: (e) => e.key === "Enter" && act(), ...about });
  }

  function deed() {
    return DEEDS.find(([key]) => key === parts.deed.value) || DEEDS[0];
  }

  // The names come from the conductor, once: as soon as it says something, or else when they are wanted.
  function learn() {
    if (words || asking) return;
    asking = asked = true;
    put(parts.said, "asking what there is");
    X.ask("list", "all", {}, (m) => {
      asking = false;
      words = (m.ok && m.body && m.body.words) || null;
      put(parts.said, words ? "" : m.error || "no names came");
      choose();
    });
  }

  function choose() {
    const [key, , kind] = deed(), known = (words && words[kind]) || {};
    if (!words) return fill(parts.name, "none", () => [el("option", { value: "" }, "…")]), detail();
    fill(parts.name, kind, () => Object.entries(known).map(([name, about]) =>
      el("option", { value: name }, about.label === name ? name : `${about.label}`)));
    parts.go.dataset.deed = key;
    detail();
  }

  function detail() {
    const [key, , kind, value, more] = deed(), about = ((words && words[kind]) || {})[parts.name.value] || {};
    T.show(parts.value, Boolean(value));
    parts.value.value = "";
    parts.value.placeholder = key === "treat" && about.unit ? `${about.usual} ${about.unit}` : about.unit ? `${about.unit}` : value || "";
    T.show(parts.device, kind === "fault");
    const devices = about.devices || [];
    fill(parts.device, devices.join(), () => devices.map((device) => el("option", { value: device }, device)));
    T.show(parts.other, key === "fault" && Boolean(about.swaps));
    further(key, more || {}, (key === "fault" && about.how) || {});
    others();
  }

  // Numbers that only some deeds take: by their word in the request, or, of a fault, in its `how`.
  function further(key, more, how) {
    const fields = [
      ...Object.entries(how).map(([word, about]) => [word, `${about.label}, ${about.unit}`, about.usual, "how"]),
      ...Object.entries(more).map(([word, label]) => [word, label, null, ""]),
    ];
    fill(parts.more, `${key} ${fields.map(([word]) => word)}`, () => fields.map(([word, label, usual, where]) =>
      number(label, { placeholder: usual ? `${label} (${usual})` : label, "data-word": word, "data-in": where })));
    for (const field of parts.more.children) field.value = "";
  }

  function others() {
    const beds = X.order().filter((key) => key !== X.selected);
    fill(parts.other, beds.join(), () => beds.map((key) => el("option", { value: key }, W.bed(key))));
  }

  function act() {
    const [key, , kind, value] = deed(), name = parts.name.value, bed = X.selected;
    if (!words) return learn();
    if (!bed || !name) return put(parts.said, "choose a bed");
    const steer = { do: key, bed, name };
    if (kind === "fault") steer.device = parts.device.value;
    if (!parts.other.hidden) steer.other_bed = parts.other.value;
    if (value && parts.value.value !== "") steer.value = Number(parts.value.value);
    for (const field of parts.more.children) {
      if (field.value === "") continue;
      const held = field.dataset.in ? (steer.how = steer.how || {}) : steer;
      held[field.dataset.word] = Number(field.value);
    }
    put(parts.said, "sending");
    X.ask("steer", T.state.session, { steer }, (m) => put(parts.said, m.ok ? done(bed, m.body) : `Not done: ${m.error}`));
  }

  // A note says what comes of it otherwise than one would think.
  function done(bed, body) {
    return `done in ${W.bed(bed)}${body && body.note ? `, but: ${body.note}` : ""}`;
  }

  function draw() {
    if (parts.other) others();
    if (parts.title) put(parts.title, X.selected ? `Steer ${W.bed(X.selected)}` : "Steer");
  }

  X.steer = { card, draw };
  for (const name of ["truth", "selected", "hello"]) T.on(name, draw);
  T.on("truth", () => { if (!asked && parts.said) learn(); });
})();
