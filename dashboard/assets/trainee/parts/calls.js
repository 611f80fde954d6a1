// Calls for help, on every screen of the session: who called, for whom, and who has taken it.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill, put } = T;
  const W = T.words;
  const KEPT_MS = 120000;

  function open() {
    const found = [];
    for (const [key, bed] of Object.entries(T.state.beds)) {
      for (const call of T.people.calls(bed)) {
        const ended = call.off || call.taken;
        if (ended && T.time.now(bed.live) - ended.t > KEPT_MS * T.time.speed(bed.live)) continue;
        found.push({ key, bed, call });
      }
    }
    return found.sort((a, b) => !!(a.call.off || a.call.taken) - !!(b.call.off || b.call.taken) || a.call.t - b.call.t);
  }

  function state(call) {
    if (call.off) return `called off by ${call.off.by}`;
    return call.taken ? `taken by ${call.taken.by}` : "not taken yet";
  }

  function buttons({ key, call }) {
    if (T.state.role === "observer" || call.off) return [];
    const mine = T.people.mine(call);
    return [
      call.taken
        ? null
        : T.button(".btn.sm.pri", "Take", () => T.acts.take(call.id, key), {
            "aria-label": `Take the call for ${W.bed(key)}`,
          }),
      mine ? T.button(".btn.sm", "Call off", () => T.acts.off(call.id, key)) : null,
    ];
  }

  function line(item) {
    const { key, bed, call } = item;
    const name = bed.person ? `, ${bed.person.name}` : "";
    const detail = [call.situation, call.recommendation].filter(Boolean).join(" ");
    return el(
      `div.callline${call.off ? ".off" : call.taken ? ".taken" : ""}`,
      { role: "group", "aria-label": `Call for ${W.bed(key)}` },
      T.button(
        ".callto",
        [icon("phone", true), el("b", {}, ` ${W.bed(key)} `), el("span", {}, call.to || "Help wanted")],
        () => T.go("/bed/" + key),
        { title: detail || `Open ${W.bed(key)}${name}` },
      ),
      el(
        "span.by",
        {},
        el("span.byname", {}, `by ${call.by}, `),
        el("span.since"),
        el("span.bystate", {}, ` · ${state(call)}`),
      ),
      el("span.row", {}, buttons(item)),
    );
  }

  function update() {
    const items = open();
    const key = items.map((i) => [i.key, i.call.id, !!i.call.taken, !!i.call.off].join()).join("|");
    for (const place of document.querySelectorAll("[data-calls]")) {
      fill(place, key, () => items.map(line));
      items.forEach((item, i) => {
        const since = place.children[i] && place.children[i].querySelector(".since");
        if (since) put(since, W.since(T.time.now(item.bed.live) - item.call.t));
      });
    }
    T.emit("calls", items);
  }

  T.calls = { update, open };
  T.on("beds", (change) => (change.all || change.attention) && update());
  T.on("second", update);
  T.on("parts", update);
  T.on("plan", update);
})();
