// Acts: sent once, repeated with the same id until the server has them, shown as recorded only then.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const W = T.words;
  const AGAIN_MS = 3000,
    MOST_SHIFT = 30;
  const pending = new Map(); // id → { message, state, sent }
  const shift = []; // newest first: { id, t, text, state, undo, bed, what }

  function makeId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  // What was on the screen when the person acted.
  function shown(key) {
    const bed = T.state.beds[key],
      D = T.derive;
    if (!bed) return {};
    const out = { at: T.time.now(bed.live), page: T.ui.page };
    for (const [name, r] of [
      ["hr", D.heart(bed)],
      ["spo2", D.reading(bed, "spo2")],
      ["rr", D.breaths(bed)],
      ["temp", D.temperature(bed)],
      ["nibp", D.pressure(bed)],
    ])
      out[name] = r.text;
    const news = D.news(bed, false),
      all = D.alarms(bed);
    out.news2 = news.text;
    if (all[0]) out.alarm = `${all[0].text} (${all[0].presence})`;
    return out;
  }

  function send(what, bed, fields, line) {
    const id = makeId();
    const message = { k: "act", id, do: what, bed, ...fields, shown: bed ? shown(bed) : {} };
    const held = { message, state: "sending", sent: 0, line: null };
    pending.set(id, held);
    if (line) {
      held.line = { id, t: T.time.now(false), state: "sending", bed, what, undo: false, ...line };
      shift.unshift(held.line);
      shift.length = Math.min(shift.length, MOST_SHIFT);
    }
    attempt(held);
    T.emit("shift", shift);
    return id;
  }

  function attempt(held) {
    held.sent = T.time.local();
    const went = T.link.up && T.link.send(held.message);
    const state = went ? "sending" : "waiting";
    if (held.line && held.line.state !== state) {
      held.line.state = state;
      T.emit("shift", shift);
    }
  }

  function again(all) {
    for (const held of pending.values()) {
      if (!all && T.time.local() - held.sent < AGAIN_MS) continue;
      if (held.message.do === "look" && !all) continue;
      attempt(held);
      if (held.line && !all && held.line.state === "sending") {
        held.line.state = "waiting";
        T.emit("shift", shift);
      }
    }
  }

  function done(m) {
    const held = pending.get(m.id);
    if (!held) return;
    pending.delete(m.id);
    if (held.line) {
      held.line.state = m.ok ? "recorded" : "failed";
      held.line.error = m.error || "";
      T.emit("shift", shift);
    }
    T.emit("recorded", { ...m, message: held.message });
  }

  // --- the acts themselves ---
  function acknowledge(key) {
    const bed = T.state.beds[key];
    if (!bed) return;
    const open = T.derive.alarms(bed).filter(T.derive.isNew);
    if (!open.length) return;
    const text = `${W.bed(key)} acknowledged ${open[0].text}${open.length > 1 ? ` +${open.length - 1}` : ""}`;
    open.forEach((alarm, i) => send("ack", key, { alarm: alarm.id, seq: alarm.seq }, i ? null : { text }));
  }

  function flag(key) {
    if (!T.state.beds[key]) return "";
    const id = send("flag", key, {}, { text: `${W.bed(key)} flagged`, undo: true });
    T.flags.raised(id, key);
    return id;
  }

  function undo() {
    const line = shift.find((l) => l.undo && !l.undone && l.state !== "failed");
    if (line) undoFlag(line.id, line.bed);
  }

  function undoFlag(id, key) {
    const line = shift.find((l) => l.id === id);
    if (line) line.undone = true;
    send("undo", key, { ref: id }, { text: `${W.bed(key)} flag undone` });
    T.flags.undone(id);
  }

  T.acts = {
    send,
    acknowledge,
    flag,
    undo,
    undoFlag,
    pending,
    shift,
    describe: (flagId, key, fields) => send("describe", key, { ref: flagId, ...fields }),
    take: (ref, key) => send("take", key, { ref }, { text: `${W.bed(key)} call taken` }),
    off: (ref, key) => send("off", key, { ref }, { text: `${W.bed(key)} call called off` }),
    note: (key, text) => send("note", key, { text }, { text: `${W.bed(key)} note written` }),
    call: (key, fields) => send("call", key, fields, { text: `${W.bed(key)} called ${fields.to || "for help"}` }),
    look: (key, page) => send("look", key, { page }),
    last: () => shift.find((l) => l.undo && !l.undone),
  };

  T.on("done", done);
  T.on("up", () => again(true));
  T.on("second", () => T.link.up && again(false));
  T.on("act", ({ what, bed }) => {
    if (T.state.role === "observer") return;
    if (what === "ack") acknowledge(bed);
    else if (what === "flag") flag(bed);
    else if (what === "call") T.callForm.open(bed);
  });
})();
