// What the instructor's hand does to the chosen bed: illness, treatment, rhythm, breathing, faults, pins.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {}), W = T.words;
  const { el, put, fill } = T;
  // do, what the button says, which words it takes, whether it takes a number, and how that is called.
  const DEEDS = [
    ["insult", "Begin", "insult", "severity, 0 to 1"], ["ease", "Ease", "insult"],
    ["treat", "Give", "treatment", "dose"], ["stop", "Stop", "treatment"],
    ["rhythm", "Rhythm", "rhythm", "0: no pulse"], ["breathing", "Breathing", "breathing"],
    ["st", "ST", "territory", "mV, 0 ends it"], ["potassium", "Potassium", "electrolyte", "mmol/L"],
    ["fault", "Fault", "fault"], ["mend", "Mend", "fault"],
    ["pin", "Pin", "sign", "value"], ["release", "Release", "sign"],
  ];
  const parts = {};
  let words = null, asking = false;

  function select(label, changed) {
    return el("select", { "aria-label": label, onchange: changed });
  }

  function card() {
    parts.title = el("span");
    parts.deed = select("What to do", choose);
    parts.deed.append(...DEEDS.map(([key, label]) => el("option", { value: key }, label)));
    parts.name = select("Which", detail);
    parts.device = select("Device", () => {});
    parts.value = el("input", { type: "number", step: "any", "aria-label": "How much", onkeydown: (e) => e.key === "Enter" && act() });
    parts.said = el("span.st", { role: "status" });
    parts.go = T.button(".btn", "Do it", act);
    choose();
    return el("section.card.steer", {}, el("h2", {}, parts.title, el("span.sp"), parts.said),
      el("div.pad.row", { onfocusin: learn, onpointerdown: learn }, parts.deed, parts.name, parts.device, parts.value, parts.go));
  }

  function deed() {
    return DEEDS.find(([key]) => key === parts.deed.value) || DEEDS[0];
  }

  // The names come from the conductor, once.
  function learn() {
    if (words || asking) return;
    asking = true;
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
    fill(parts.name, `${kind} ${words ? 1 : 0}`, () => Object.entries(known).map(([name, about]) =>
      el("option", { value: name }, about.label === name ? name : `${about.label}`)));
    parts.go.dataset.deed = key;
    detail();
  }

  function detail() {
    const [key, , kind, number] = deed(), about = ((words && words[kind]) || {})[parts.name.value] || {};
    T.show(parts.value, Boolean(number));
    parts.value.value = "";
    parts.value.placeholder = key === "treat" && about.unit ? `${about.usual} ${about.unit}` : about.unit ? `${about.unit}` : number || "";
    T.show(parts.device, kind === "fault");
    const devices = about.devices || [];
    fill(parts.device, devices.join(), () => devices.map((device) => el("option", { value: device }, device)));
  }

  function act() {
    const [key, , kind, number] = deed(), name = parts.name.value, bed = X.selected;
    if (!words) return learn();
    if (!bed || !name) return put(parts.said, "choose a bed");
    const steer = { do: key, bed, name };
    if (kind === "fault") steer.device = parts.device.value;
    if (number && parts.value.value !== "") steer.value = Number(parts.value.value);
    put(parts.said, "sending");
    X.ask("steer", T.state.session, { steer }, (m) => put(parts.said, m.ok ? `done in ${W.bed(bed)}` : `Not done: ${m.error}`));
  }

  function draw() {
    if (parts.title) put(parts.title, X.selected ? `Steer ${W.bed(X.selected)}` : "Steer");
  }

  X.steer = { card, draw };
  for (const name of ["truth", "selected", "hello"]) T.on(name, draw);
})();
