// Notices across the top: connection lost and back, sound blocked or paused. They cover no patient.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, put } = T;
  const W = T.words;
  const BACK_MS = 8000;
  const shown = new Map(); // name → { root, text }

  function place() {
    return document.getElementById("notices");
  }

  function notice(name, kind, picture, button) {
    let held = shown.get(name);
    if (held && held.root.isConnected) return held;
    const text = el("span.ntext");
    const root = el(`div.notice.${kind}`, { role: "status" }, icon(picture), text, el("span.sp"), button || null);
    held = { root, text };
    shown.set(name, held);
    if (place()) place().append(root);
    return held;
  }

  function remove(name) {
    const held = shown.get(name);
    if (!held) return;
    held.root.remove();
    shown.delete(name);
  }

  let back = null;
  function lost() {
    const root = document.getElementById("teleward");
    if (root) root.classList.add("offline");
    tick();
  }

  function tick() {
    const link = T.link;
    if (!link.up && link.lost && (link.ever || link.tries > 2)) {
      const held = notice("lost", "lost", "nodata", [
        T.button(".btn.sm", "Try now", () => link.retry()),
        T.el("a.btn.sm.joinlink", { href: "/join", hidden: true }, "Join"),
      ]);
      const age = W.since(T.time.local() - link.lost);
      if (link.refused) put(held.text, `${link.refused} Join another session.`);
      T.show(held.root.querySelector(".joinlink"), !!link.refused);
      if (link.refused) return;
      put(
        held.text,
        link.ever
          ? `Connection lost ${age}. What you see is old. Reconnecting, try ${link.tries}.`
          : `No connection yet, try ${link.tries}.`,
      );
    } else remove("lost");
    if (back && T.time.local() > back.until) {
      back = null;
      remove("back");
    }
  }

  // A part of Teleward that is away is named, with what that means for the person.
  const MEANS = {
    station: "scores, alarms and acts wait until it is back",
    simulate: "the patients stand still until it is back",
    broker: "nothing new comes until it is back",
    store: "the past cannot be read until it is back",
  };
  function aside({ missing, hidden, wards }) {
    sensorsOnly(wards);
    if (missing.length) {
      const held = notice("missing", "quietly", "nodata");
      put(held.text, missing.map((part) => `The ${part} is away: ${MEANS[part] || "some things wait"}.`).join(" "));
    } else remove("missing");
    if (hidden) {
      const held = notice(
        "hidden",
        "quietly",
        "live",
        T.button(".btn.sm", "Close", () => remove("hidden")),
      );
      put(
        held.text,
        `${hidden} real sensor${hidden === 1 ? "" : "s"} not shown: ${hidden === 1 ? "it appears" : "they appear"} while the session runs at speed 1.`,
      );
    } else remove("hidden");
  }

  // Who came for the sensors, when no ward was open, is told of one that opens.
  function sensorsOnly(wards) {
    if (!wards) return remove("wards");
    const held = notice("wards", "quietly", "people", T.el("a.btn.sm", { href: "/join" }, "Join it"));
    put(held.text, wards === 1 ? "A ward is open." : `${wards} wards are open.`);
  }

  function restored({ again, away }) {
    document.getElementById("teleward")?.classList.remove("offline");
    tick();
    if (!again || away < 1000) return;
    const since = T.time.now(false) - away * T.time.speed(false);
    const meanwhile = Object.values(T.state.beds).reduce(
      (n, bed) => n + Object.values(bed.alarms).filter((a) => a.onset >= since).length,
      0,
    );
    back = { until: T.time.local() + BACK_MS };
    const held = notice("back", "back", "check");
    put(held.text, `Back after ${W.since(away)}, ${meanwhile} alarm${meanwhile === 1 ? "" : "s"} meanwhile`);
  }

  T.notices = { notice, remove };
  T.on("down", lost);
  T.on("up", restored);
  T.on("second", tick);
  T.on("aside", aside);
})();
