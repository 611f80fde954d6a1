// Attention: who needs somebody now. New alarms by priority then age, acknowledged ones below.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill, put, cls, show } = T;
  const W = T.words;
  const EVERY_MS = 100;
  let parts = null;

  // One line a bed: its first alarm. The longest unanswered stands first within a priority.
  function queue() {
    const lines = [];
    for (const key of T.state.order()) {
      const bed = T.state.beds[key],
        all = T.derive.alarms(bed);
      if (all.length)
        lines.push({ key, bed, alarm: all[0], ack: all[0].presence === "Ack", band: T.derive.band(bed, all) });
    }
    const level = { Hi: 0, Me: 1, Lo: 2, None: 3 };
    return lines.sort(
      (a, b) => a.ack - b.ack || level[a.alarm.priority] - level[b.alarm.priority] || a.alarm.onset - b.alarm.onset,
    );
  }

  function counts(lines) {
    const n = { Hi: 0, Me: 0, Lo: 0 };
    for (const line of lines) if (!line.ack && line.alarm.priority in n) n[line.alarm.priority] += 1;
    return n;
  }

  function line(item) {
    const { key, alarm, ack, band } = item;
    const did = T.people.latest(item.bed);
    const node = T.button(`.q-item.${band.priority}${ack ? ".done" : ""}`, "", () => jump(key), {
      title: `${W.bed(key)}: choose; press again to open`,
    });
    node.append(
      el("span.mk", {}, W.mark[alarm.priority]),
      el("b", {}, W.bed(key)),
      el("span.tx"),
      el(
        "span.age",
        {},
        did ? icon(did.kind === "call" ? "phone" : "flag", true) : null,
        ack ? icon("check") : null,
        el("span.since"),
      ),
    );
    return node;
  }

  function jump(key) {
    T.ui.press(key);
    T.ward.focus(key);
  }

  function list(node, items) {
    const key = items
      .map((i) => [i.key, i.alarm.id, i.alarm.priority, i.ack, (T.people.latest(i.bed) || {}).kind].join(":"))
      .join("|");
    fill(node, key, () => items.map(line));
    items.forEach((item, i) => {
      put(node.children[i].querySelector(".tx"), item.alarm.text); // a line stays while its value changes
      put(node.children[i].querySelector(".since"), item.band.age);
    });
  }

  function sums(n) {
    for (const [priority, node] of Object.entries(parts.sums)) {
      put(node.count, String(n[priority]));
      cls(node.root, n[priority] ? W.priority[priority] : "none");
    }
  }

  function update() {
    const lines = queue();
    T.emit("queue", { lines, counts: counts(lines) });
    if (!parts) return;
    sums(counts(lines));
    list(
      parts.fresh,
      lines.filter((i) => !i.ack),
    );
    const done = lines.filter((i) => i.ack);
    show(parts.doneHead, done.length > 0);
    list(parts.done, done);
    show(parts.calm, lines.length === 0 && T.state.ready);
  }

  function sum(priority) {
    const count = el("b", {}, "0");
    return { count, root: el("div.none", {}, count, " " + W.priority[priority]) };
  }

  function mount(root) {
    parts = { sums: { Hi: sum("Hi"), Me: sum("Me"), Lo: sum("Lo") } };
    parts.fresh = el("div.q-list");
    parts.doneHead = el("h2", { hidden: true }, "Acknowledged");
    parts.done = el("div.q-list");
    parts.calm = el("p.calm", { hidden: true }, "No alarm on this ward.");
    const top = el(
      "div.rail-top",
      {},
      el("div.calls", { "data-calls": true }),
      el("h2", {}, "Attention"),
      el(
        "div.sum",
        {},
        Object.values(parts.sums).map((s) => s.root),
      ),
      parts.fresh,
      parts.calm,
      parts.doneHead,
      parts.done,
      el("h2", {}, "Your shift"),
      el("div.log", { "data-shift": true }),
    );
    root.append(top, el("div.undo-place", { "data-undo": true }));
    update();
    T.emit("parts");
  }

  T.rail = { mount, queue, counts, update, jump };
  // Alarms and acts are looked through when some changed, at most a few times a second.
  let due = false,
    last = 0;
  T.on("beds", (change) => {
    due = due || change.all || change.attention;
  });
  T.on("frame", (now) => {
    if (!due || now - last < EVERY_MS) return;
    due = false;
    last = now;
    update();
  });
  T.on("second", update);
})();
