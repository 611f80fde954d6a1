// The keyboard: everything a mouse can do. Keys act only while no field has the focus.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon } = T;
  const W = T.words;
  const TWO_DIGITS_MS = 800;
  const WARD_KEYS = [
    ["←↑↓→", "select bed"],
    ["Enter", "open"],
    ["A", "acknowledge"],
    ["F", "flag"],
    ["C", "call"],
    ["N", "next alarm"],
    ["S", "pause sound 2 min"],
    ["U", "undo"],
    ["?", "all keys"],
  ];
  const BED_KEYS = [
    ["Esc", "ward"],
    ["[ ]", "previous, next bed"],
    ["N", "next alarm"],
    ["A", "acknowledge"],
    ["F", "flag"],
    ["C", "call"],
    ["W", "write a note"],
    ["S", "pause sound 2 min"],
    ["U", "undo"],
    ["?", "all keys"],
  ];
  const MORE = [
    ["1 2", "jump to bed B12"],
    ["Tab", "into and out of the ward"],
    ["Page Down", "next beds"],
    ["+ −", "larger, smaller tiles"],
    ["Ctrl Enter", "send a call or a note"],
    ["K", "letters on or off"],
  ];
  let digits = "",
    digitTimer = 0,
    help = null;
  let letters = localStorage.getItem("teleward.letters") !== "off";

  const busy = (event) => event.target.closest("input, textarea, select, [contenteditable], .modebar") != null;

  function nextAlarm() {
    const fresh = T.rail.queue().filter((i) => !i.ack);
    if (!fresh.length) return;
    const at = fresh.findIndex((i) => i.key === T.ui.selected);
    const next = fresh[(at + 1) % fresh.length].key;
    T.ui.select(next);
    if (T.ui.page === "bed") T.go("/bed/" + next);
    else T.ward.focus(next);
  }

  function digit(d) {
    clearTimeout(digitTimer);
    digits = (digits + d).slice(-2);
    const found = T.state.order().find((key) => Number(key.replace(/^\D+/, "")) === Number(digits));
    if (found) {
      T.ui.select(found);
      T.ward.focus(found);
    }
    digitTimer = setTimeout(() => (digits = ""), TWO_DIGITS_MS);
  }

  function neighbour(by) {
    const beds = T.state.order(),
      at = beds.indexOf(T.ui.selected);
    const next = beds[(at + by + beds.length) % beds.length];
    if (next) {
      T.ui.select(next);
      T.go("/bed/" + next);
    }
  }

  const onBed = (what) => T.ui.selected && T.emit("act", { what, bed: T.ui.selected });
  const LETTERS = {
    a: () => onBed("ack"),
    f: () => onBed("flag"),
    c: () => onBed("call"),
    n: nextAlarm,
    s: () => T.sound.pause(),
    u: () => T.acts.undo(),
    w: () => T.ui.page === "bed" && T.emit("write-note"),
  };

  function move(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || T.ui.page !== "ward") return false;
    T.ward.step(...step);
    T.ward.focus(T.ui.selected);
    return true;
  }

  function other(event) {
    if (event.key === "Enter" && T.ui.page === "ward" && T.ui.selected && !event.target.closest("button, a"))
      T.go("/bed/" + T.ui.selected);
    else if (event.key === "Escape") {
      if (help) toggleHelp();
      else if (T.ui.page === "bed") T.go("/");
    } else if (event.key === "?") toggleHelp();
    else if (event.key === "[" && T.ui.page === "bed") neighbour(-1);
    else if (event.key === "]" && T.ui.page === "bed") neighbour(1);
    else if (event.key === "PageDown" && T.ui.page === "ward") T.ward.turn(1);
    else if (event.key === "PageUp" && T.ui.page === "ward") T.ward.turn(-1);
    else if (event.key === "+" && T.ui.page === "ward") T.ward.coarser(1);
    else if (event.key === "-" && T.ui.page === "ward") T.ward.coarser(-1);
    else return false;
    return true;
  }

  function keydown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event) || T.callForm.isOpen()) return;
    const letter = event.key.length === 1 ? event.key.toLowerCase() : "";
    let done = move(event) || other(event);
    if (!done && /^[0-9]$/.test(event.key) && T.ui.page === "ward") {
      digit(event.key);
      done = true;
    }
    if (!done && letter === "k") {
      setLetters(!letters);
      done = true;
    }
    if (!done && letters && LETTERS[letter]) {
      LETTERS[letter]();
      done = true;
    }
    if (done) event.preventDefault();
  }

  function setLetters(on) {
    letters = on;
    localStorage.setItem("teleward.letters", on ? "on" : "off");
    T.say.polite(on ? "Single letter keys on" : "Single letter keys off");
    line();
  }

  const entry = ([key, word]) => el("span", {}, el("kbd", {}, key), " " + word);

  function line() {
    const node = document.getElementById("keys");
    if (!node) return;
    const rows = (T.ui.page === "bed" ? BED_KEYS : WARD_KEYS).filter(([k]) => letters || !/^[A-Z]$/.test(k));
    const more = T.button(".morekeys", "All keys", toggleHelp, {});
    const turn = T.ui.page === "ward" && T.ward.pageText();
    const pages = turn ? T.button(".pages", [el("kbd", {}, "Page Down"), " " + turn], () => T.ward.turn(1)) : null;
    T.fill(node, T.ui.page + letters + turn, () => [pages, ...rows.map(entry), el("span.sp"), more]);
  }

  function toggleHelp() {
    if (help) {
      help.remove();
      help = null;
      return;
    }
    const rows = [...WARD_KEYS, ...BED_KEYS.filter(([k]) => !WARD_KEYS.some(([w]) => w === k)), ...MORE];
    help = el(
      "div.helpsheet",
      { role: "dialog", "aria-label": "All keys" },
      el(
        "div.row",
        {},
        el("h2", {}, "All keys"),
        el("span.sp"),
        T.button(".btn.sm", [icon("close"), "Close"], toggleHelp),
      ),
      el("div.keygrid", {}, rows.map(entry)),
      el(
        "p.muted",
        {},
        "An arrow beside a number or a score: it moved more than the rule of its trend allows; point at the number for its change and window. ",
        "A number with ? is one the device itself doubts; a grey one has not come for the time beside it. Neither counts in NEWS2.",
      ),
    );
    document.getElementById("teleward").append(help);
    help.querySelector("button").focus();
  }

  T.keys = { line, nextAlarm, toggleHelp };
  document.addEventListener("keydown", keydown);
  T.on("page", line);
  T.on("plan", line);
})();
