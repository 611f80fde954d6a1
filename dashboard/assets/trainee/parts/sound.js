// Alarm bursts after IEC 60601-1-8 (inspired by it; no conformity is claimed), never before a gesture.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { icon, put } = T;
  const W = T.words;
  // Clinical reference 2.2, "default to implement": starts and length of pulses (ms), pause after the burst.
  const BURSTS = {
    Hi: { at: [0, 250, 500, 1000, 1250, 1900, 2150, 2400, 2900, 3150], long: 150, again: 5000, end: 3300, level: 0.2 },
    Me: { at: [0, 400, 800], long: 200, again: 10000, end: 1000, level: 0.14 },
    Lo: { at: [0], long: 200, again: 30000, end: 200, level: 0.08 },
  };
  const PITCH_HZ = 440,
    HARMONICS = [1, 0.5, 0.4, 0.33, 0.28],
    EDGE_S = 0.02,
    PAUSE_MS = 120000,
    CHECK_MS = 200;
  let context = null,
    nextAt = 0,
    pausedUntil = 0,
    pausedBy = "",
    wave = null,
    muted = false,
    lastTop = null,
    highs = new Set();

  const on = () => !!context && context.state === "running" && !muted;

  function pulse(start, long, level) {
    const tone = context.createOscillator(),
      gain = context.createGain();
    tone.setPeriodicWave(wave);
    tone.frequency.value = PITCH_HZ;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(level, start + EDGE_S);
    gain.gain.setValueAtTime(level, start + long - EDGE_S);
    gain.gain.linearRampToValueAtTime(0, start + long);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + long + 0.01);
  }

  function burst(priority) {
    const b = BURSTS[priority],
      now = context.currentTime + 0.02;
    for (const at of b.at) pulse(now + at / 1000, b.long / 1000, b.level);
    nextAt = performance.now() + b.end + b.again;
  }

  function sounding() {
    let top = null;
    const seen = new Set();
    for (const [key, bed] of Object.entries(T.state.beds)) {
      for (const alarm of Object.values(bed.alarms)) {
        if (!alarm || alarm.presence !== "On" || !BURSTS[alarm.priority]) continue;
        if (alarm.priority === "Hi") seen.add(`${key}:${alarm.id}:${alarm.onset}`);
        if (!top || T.rules.rank(alarm) < T.rules.rank(top)) top = alarm;
      }
    }
    const fresh = [...seen].some((id) => !highs.has(id));
    highs = seen;
    return { top: top && top.priority, freshHigh: fresh };
  }

  function check() {
    if (!T.link.up) return;
    const { top, freshHigh } = sounding();
    if (freshHigh && pausedUntil) endPause(); // a new high alarm ends the pause
    if (pausedUntil && performance.now() > pausedUntil) endPause();
    const louder = top && (!lastTop || T.rules.tables.rank[top].On < T.rules.tables.rank[lastTop].On);
    lastTop = top;
    show();
    if (!top || !on() || pausedUntil) return;
    if (louder || freshHigh || performance.now() >= nextAt) burst(top);
  }

  function unlock() {
    if (!context) {
      const Context = window.AudioContext || window.webkitAudioContext;
      if (!Context) return;
      context = new Context();
      wave = context.createPeriodicWave(new Float32Array([0, ...HARMONICS]), new Float32Array(HARMONICS.length + 1));
    }
    context.resume().then(show, show);
    muted = false;
  }

  function pause() {
    if (pausedUntil) return endPause();
    pausedUntil = performance.now() + PAUSE_MS;
    pausedBy = T.state.me.name;
    show();
  }

  function endPause() {
    pausedUntil = 0;
    show();
  }

  // The header says how sound stands; nothing moves when it changes.
  function show() {
    const node = document.getElementById("sound");
    if (!node) return;
    const blocked = T.state.ready && !on() && !muted;
    const kind = blocked ? "blocked" : !on() ? "off" : pausedUntil ? "paused" : "on";
    T.cls(node, `stat sound ${kind}`);
    T.fill(node, kind, () => [icon(kind === "on" ? "sound" : "mute"), T.el("span.word")]);
    const left = W.since(pausedUntil - performance.now());
    const words = {
      blocked: "Alarms are silent. Turn sound on",
      off: "Sound off",
      on: "Sound on",
      paused: `Sound paused ${left}, by ${pausedBy || "you"}`,
    };
    put(node.lastChild, words[kind]);
    T.attr(
      node,
      "title",
      kind === "paused"
        ? "End the pause (S)"
        : kind === "on"
          ? "Turn sound off; S pauses it for 2 minutes"
          : "Turn sound on",
    );
  }

  function toggle() {
    if (pausedUntil) return endPause();
    if (!on()) return unlock();
    muted = true;
    show();
  }

  // A call for help sounds once: two rising notes, nothing like an alarm.
  function chime() {
    if (!on()) return;
    [523, 784].forEach((hz, i) => {
      const tone = context.createOscillator(),
        gain = context.createGain(),
        at = context.currentTime + 0.05 + i * 0.18;
      tone.frequency.value = hz;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(0.12, at + 0.03);
      gain.gain.linearRampToValueAtTime(0, at + 0.3);
      tone.connect(gain).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.32);
    });
  }

  T.sound = {
    unlock,
    pause,
    toggle,
    chime,
    get on() {
      return on();
    },
    get paused() {
      return pausedUntil > 0;
    },
    BURSTS,
  };
  setInterval(check, CHECK_MS);
  addEventListener("pointerdown", () => !context && unlock(), { once: true });
  addEventListener("keydown", () => !context && unlock(), { once: true });
})();
