// Notices across the top: connection lost and back, sound blocked or paused. They cover no patient.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, put } = T;
  const W = T.words;
  const BACK_MS = 8000;
  const shown = new Map(); // name → { root, text }

  function place() { return document.getElementById("notices"); }

  function notice(name, kind, picture, button) {
    let held = shown.get(name);
    if (held && held.root.isConnected) return held;
    const text = el("span.ntext");
    const root = el(`div.notice.${kind}`, { role: "status" }, icon(picture), text, el("span.sp"), button);
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
      const held = notice("lost", "lost", "nodata", T.button(".btn.sm", "Try now", () => link.retry()));
      const age = W.since(T.time.local() - link.lost);
      if (link.refused) put(held.text, `${link.refused} Join again with a code.`);
      else put(held.text, link.ever ? `Connection lost ${age}. What you see is old. Reconnecting, try ${link.tries}.` : `No connection yet, try ${link.tries}.`);
    } else remove("lost");
    if (back && T.time.local() > back.until) { back = null; remove("back"); }
  }

  function restored({ again, away }) {
    document.getElementById("teleward")?.classList.remove("offline");
    tick();
    if (!again || away < 1000) return;
    const since = T.time.now(false) - away * T.time.speed(false);
    const meanwhile = Object.values(T.state.beds).reduce((n, bed) => n + Object.values(bed.alarms).filter((a) => a.onset >= since).length, 0);
    back = { until: T.time.local() + BACK_MS };
    const held = notice("back", "back", "check");
    put(held.text, `Back after ${W.since(away)}, ${meanwhile} alarm${meanwhile === 1 ? "" : "s"} meanwhile`);
  }

  T.notices = { notice, remove };
  T.on("down", lost);
  T.on("up", restored);
  T.on("second", tick);
})();
