// The header: place, link, sound, person, the session's clock; the alarm strip where there is no rail.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill, put, cls, show } = T;
  const W = T.words;
  const LATE_MS = 2000,
    IN_STRIP = 5,
    FIXED_PX = 860,
    CHIP_PX = 200,
    CALL_PX = 270; // beside the strip; an alarm in it
  const $ = (id) => document.getElementById(id);

  function clock() {
    const node = $("clock");
    if (!node) return;
    const c = T.state.clock;
    if (c && !c.running) {
      const text = `Paused by the instructor ${W.since(T.time.server() - c.wall)}`;
      fill(node, "paused", () => [el("span.hm"), el("small")]);
      put(node.querySelector(".hm"), W.clock(c.start));
      put(node.querySelector("small"), text);
      return;
    }
    fill(node, "runs", () => [el("span.hm")]);
    put(node.firstChild, T.state.ready ? W.clock(T.time.now(false), true) : "--:--:--");
    node.title = !c ? "UTC" : c.speed !== 1 ? `Simulated time, ${c.speed} times as fast` : "Simulated time";
    const speed = $("speed");
    if (speed) put(speed, c && c.speed !== 1 ? `${c.speed}×` : "");
  }

  function link() {
    const node = $("link");
    if (!node) return;
    if (!T.link.up) {
      cls(node, "stat lost");
      fill(node, "lost", () => [el("i.dot"), el("span", {}, T.link.ever ? "Not connected" : "Connecting")]);
      return;
    }
    const delay = T.link.delay(),
      late = delay > LATE_MS;
    cls(node, late ? "stat late" : "stat");
    fill(node, "live" + late, () => [el("i.dot"), el("span.word", {}, late ? "Delay " : "Live "), el("b")]);
    put(node.querySelector("b"), `${Math.min(99, delay / 1000).toFixed(1)} s`);
  }

  function chip(item) {
    const b = item.band;
    return T.button(
      `.s-al.${b.priority}${b.ack ? ".ack" : ""}${b.flash ? ".flash" : ""}`,
      "",
      () => T.rail.jump(item.key),
      {},
    ).appendChild(el("span.tx")).parentNode;
  }

  // Where there is no rail: calls, the first alarms, the last act, and what the chosen bed offers.
  function strip({ lines }) {
    const node = $("mid");
    if (!node || T.ui.page !== "ward") return;
    const dense = document.getElementById("teleward").dataset.density;
    const wanted = !T.ward.phone() && (dense === "n36" || dense === "n64");
    T.cls(node, wanted ? "strip" : "sp");
    if (!wanted) {
      fill(node, "", () => []);
      return;
    }
    const chosen = T.ui.selected,
      flagged = T.flags.recent();
    const calls = Math.min(2, T.calls.open().length);
    const free = innerWidth - FIXED_PX - (chosen ? 330 : 0) - (flagged ? 300 : 0) - CALL_PX * calls;
    const room = Math.max(1, Math.floor(free / CHIP_PX));
    const shown = lines.slice(0, Math.min(IN_STRIP, room)),
      more = lines.length - shown.length;
    const key =
      shown.map((i) => [i.key, i.alarm.id, i.alarm.priority, i.ack].join()).join("|") + more + chosen + flagged;
    fill(node, key, () => [
      el("span.calls", { "data-calls": true }),
      ...shown.map(chip),
      more > 0 ? el("span.stat", {}, `+${more} more`) : null,
      el("span.sp"),
      flagged ? el("span.undo-place", { "data-undo": true }) : null,
      chosen && T.state.beds[chosen] && T.state.role !== "observer" ? actStrip(chosen) : null,
    ]);
    const texts = node.querySelectorAll(".s-al .tx");
    shown.forEach((i, at) => put(texts[at], `${i.band.mark} ${W.bed(i.key)} ${i.band.text}`));
    T.emit("parts");
  }

  function actStrip(key) {
    const act = (what, word, picture, letter) =>
      T.button(".btn.sm", [icon(picture), word], () => T.emit("act", { what, bed: key }), {
        title: `${word} (${letter})`,
      });
    return el(
      "span.actstrip",
      { role: "group", "aria-label": `Acts for ${W.bed(key)}` },
      el("b", {}, W.bed(key)),
      act("ack", "Ack", "check", "A"),
      act("flag", "Flag", "flag", "F"),
      act("call", "Call", "phone", "C"),
    );
  }

  function names() {
    const S = T.state;
    if ($("place")) put($("place"), S.place || "");
    if ($("me")) put($("me"), S.me.name ? `${S.me.name}, ${S.role}` : "");
    if ($("me"))
      $("me").title = Object.values(S.people)
        .filter(Boolean)
        .map((p) => `${p.name}, ${p.role}`)
        .join("\n");
  }

  T.header = {
    strip,
    refresh() {
      clock();
      link();
    },
  };
  T.on("second", () => {
    clock();
    link();
    names();
  });
  T.on("hello", () => {
    names();
    clock();
  });
  T.on("clock", clock);
  T.on("up", link);
  T.on("down", link);
  T.on("queue", strip);
  T.on("selected", () => T.rail.update());
  T.on("plan", () => T.rail.update());
  T.on("flagged", () => T.rail.update());
})();
