// The form of a call: ISBAR, filled from the chart by the server, sent with Ctrl Enter.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon } = T;
  const W = T.words;
  const WHOM = ["Rapid response", "Doctor on call", "Nurse visit", "Patient"];
  const FIELDS = [
    ["identify", "I", "Identify"],
    ["situation", "S", "Situation"],
    ["background", "B", "Background"],
    ["assessment", "A", "Assessment"],
    ["recommendation", "R", "Recommendation"],
  ];
  let form = null,
    asked = 0;

  function field([name, letter, word]) {
    const area = el("textarea", {
      id: "call-" + name,
      name,
      rows: 2,
      maxlength: 2000,
      placeholder: name === "assessment" ? "What you think it is" : "",
    });
    area.addEventListener("input", () => {
      area.dataset.touched = "1";
      grow(area);
    });
    return {
      name,
      area,
      root: el(
        "div.fld",
        {},
        el("label", { for: "call-" + name, title: word }, el("b", {}, letter), el("span.sr", {}, word)),
        area,
      ),
    };
  }

  function grow(area) {
    area.style.height = "auto";
    area.style.height = Math.min(140, area.scrollHeight + 2) + "px";
  }

  function open(key, to) {
    close();
    const bed = T.state.beds[key];
    if (!bed) return;
    asked += 1;
    const fields = FIELDS.map(field);
    form = { key, fields, asked, to: to || WHOM[0], before: document.activeElement };
    const whom = el("div.row.whom", { role: "radiogroup", "aria-label": "Whom to call" }, WHOM.map(choice));
    const title = el(
      "h2#call-title",
      {},
      icon("phone"),
      ` Call for ${W.bed(key)}${bed.person ? ", " + W.who(bed.person) : ""}`,
    );
    title.id = "call-title";
    form.error = el("p.formerr", { role: "alert" });
    const sheet = el(
      "form",
      {},
      el("div.row", {}, title, el("span.sp"), el("span.muted", {}, `opened ${W.clock(T.time.now(bed.live), true)}`)),
      whom,
      fields.map((f) => f.root),
      form.error,
      el(
        "div.row.end",
        {},
        T.button(".btn", ["Cancel", el("kbd", {}, "Esc")], close),
        el("button.btn.pri", { type: "submit" }, icon("phone"), "Send call", el("kbd", {}, "Ctrl Enter")),
      ),
    );
    form.root = el("div.callform", { role: "dialog", "aria-labelledby": "call-title", "data-bed": key }, sheet);
    form.root.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    form.root.addEventListener("keydown", keydown);
    document.getElementById("teleward").append(form.root);
    form.root.querySelector("button[type=submit]").focus();
    ask(key);
  }

  function choice(word) {
    const b = T.button(
      `.chip${word === form.to ? ".on" : ""}`,
      word,
      () => {
        form.to = word;
        for (const other of b.parentNode.children) {
          other.classList.toggle("on", other === b);
          other.setAttribute("aria-checked", String(other === b));
        }
      },
      { role: "radio", "aria-checked": String(word === form.to) },
    );
    return b;
  }

  // The server writes the form from the chart (view.isbar); what the person typed stays.
  function ask(key) {
    const flag = T.flags.current(key);
    const suspect = flag ? { condition: flag.condition || "", judgement: flag.judgement || "" } : {};
    window.dash_clientside?.set_props?.("isbar-ask", { data: { bed: key, n: asked, ...suspect } });
  }

  function filled(answer) {
    if (!form || !answer || answer.bed !== form.key || answer.n !== form.asked) return;
    for (const { name, area } of form.fields) {
      if (area.dataset.touched || !answer[name]) continue;
      area.value = answer[name];
      grow(area);
    }
  }

  function send() {
    const values = Object.fromEntries(form.fields.map((f) => [f.name, f.area.value.trim()]));
    T.acts.call(form.key, { to: form.to, ...values });
    T.emit("sent-call", form.key);
    close();
  }

  function keydown(event) {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  }

  function close() {
    if (!form) return;
    const { root, before } = form;
    form = null;
    root.remove();
    if (before && before.isConnected) before.focus();
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.teleward = {
    isbar(answer) {
      filled(answer);
      return window.dash_clientside.no_update;
    },
  };

  T.callForm = { open, close, filled, isOpen: () => !!form };
})();
