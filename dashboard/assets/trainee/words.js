// Times, numbers and names as the screens write them (screens.md, section 11).
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const two = (n) => String(n).padStart(2, "0");
  const DASHES = "– –";

  function since(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    const hours = Math.floor(s / 3600);
    if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
    return hours ? `${hours} h ${two(Math.floor(s / 60) % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
  }

  function age(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    return s < 100 ? `${s} s` : since(ms);
  }

  function clock(ms, seconds) {
    if (ms == null) return "--:--";
    const s = ((Math.floor(ms / 1000) % 86400) + 86400) % 86400;
    const text = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}`;
    return seconds ? `${text}:${two(s % 60)}` : text;
  }

  function number(value, decimals) {
    if (value == null) return DASHES;
    const text = value.toFixed(decimals);
    return text.replace("-", "−");
  }

  function bed(key) {
    const found = /^bed(\d+)$/.exec(key);
    return found ? "B" + found[1] : key;
  }

  function facts(person) {
    const known = [person.age, person.sex].filter((x) => x != null && x !== "").join(" ");
    return known && ` · ${known}`;
  }

  function who(person) {
    return person ? person.name + facts(person) : "";
  }

  // What stands at a bed of the live session: a sensor, or a program that says what it is (a recording).
  function source(held) {
    const program = Object.values(held.devices || {}).find((device) => device.kind === "program");
    if (program) return { name: program.label, note: "Played in, nobody is measured", mark: "Played in" };
    return { name: "Live sensor", note: "Real sensor, real time", mark: "Live" };
  }

  T.words = {
    since,
    age,
    clock,
    number,
    bed,
    facts,
    who,
    source,
    DASHES,
    mark: { Hi: "***", Me: "**", Lo: "*", None: "" },
    priority: { Hi: "high", Me: "med", Lo: "low", None: "low" },
    spoken: { Hi: "high", Me: "medium", Lo: "low", None: "" },
  };
})();
