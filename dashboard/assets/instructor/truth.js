// What only the instructor's stream carries: rows of the table, the script, sessions, notes.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const X = Object.assign((T.instructor = T.instructor || {}), { rows: {}, script: {}, notes: [], sessions: [], selected: "" });
  const take = { hello: T.apply.hello, d: T.apply.d };

  function secrets(m) {
    for (const name of ["truth", "script"]) if (m[name]) Object.assign(X[name === "truth" ? "rows" : name], m[name]);
    for (const name of ["notes", "sessions"]) if (m[name]) X[name] = m[name];
    if (m.truth || m.script || m.notes || m.sessions) T.emit("truth", m);
  }

  T.apply.hello = function (m) {
    Object.assign(X, { rows: {}, script: {}, notes: [] });
    take.hello(m);
  };
  T.apply.d = function (m) {
    take.d(m);
    secrets(m);
  };
  // This page draws no waves, and its stream sends none.
  T.waves = { add() {} };

  X.session = () => X.sessions.find((s) => s.session === T.state.session);
  X.order = () => [...new Set([...T.state.order(), ...Object.keys(X.rows)])];

  // --- requests to the conductor, and acts ---
  const waiting = new Map();
  function ident() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  }
  function send(message, answered) {
    const id = ident();
    waiting.set(id, answered);
    if (!T.link.send({ ...message, id })) answered({ ok: false, error: "No connection: nothing was sent." });
  }
  X.ask = (verb, session, what, answered) => send({ k: "req", verb, session, what: what || {} }, answered || (() => {}));
  X.note = (text, answered) => send({ k: "act", do: "note", bed: null, text }, answered);

  function answered(m) {
    const callback = waiting.get(m.id);
    waiting.delete(m.id);
    if (callback) callback(m);
  }
  T.on("done", answered);
})();
