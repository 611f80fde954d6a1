// The pens: one frame loop moves every trace, each on its own canvas, an erase bar before it.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const GAP_PX = 14,
    FLOWING_MS = 1000,
    EDGE = 2;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const traces = new Set();
  const colours = {};
  const stats = (T.stats = T.stats || {});
  const HELD = 8192;
  Object.assign(stats, {
    frames: 0,
    fullFrames: 0,
    drawn: 0,
    traces: 0,
    full: new Float64Array(HELD),
    ages: new Float64Array(HELD),
    agesAt: 0,
  });

  function colour(name) {
    if (!colours[name])
      colours[name] = getComputedStyle(document.documentElement)
        .getPropertyValue("--" + name)
        .trim();
    return colours[name];
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) if (target.__trace) fit(target.__trace, contentRect);
  });
  function fit(trace, rect) {
    const scale = window.devicePixelRatio || 1;
    trace.w = rect.width;
    trace.h = rect.height;
    trace.canvas.width = Math.max(1, Math.round(rect.width * scale));
    trace.canvas.height = Math.max(1, Math.round(rect.height * scale));
    const c = (trace.pen = trace.canvas.getContext("2d", { alpha: false })); // opaque: cheaper to put on the screen
    c.setTransform(scale, 0, 0, scale, 0, 0);
    Object.assign(c, { lineWidth: trace.line, lineJoin: "round", lineCap: "round", strokeStyle: colour(trace.colour) });
    c.fillStyle = getComputedStyle(trace.canvas.parentElement).backgroundColor;
    wipe(trace, 0, trace.w);
    trace.t = NaN;
  }

  const wipe = (trace, from, wide) => trace.pen.fillRect(from, 0, wide, trace.h);

  // slot: an entry of the rules' traces; pace: pixels a second of simulated time.
  function make(canvas, bed, slot, pace, line) {
    const [low, high] = slot.range;
    const trace = {
      canvas,
      bed,
      slot,
      metric: null,
      colour: slot.colour,
      pps: pace * slot.pace,
      line,
      low,
      high,
      least: Infinity,
      most: -Infinity,
      w: 0,
      h: 0,
      pen: null,
      t: NaN,
      jumped: -1,
    };
    canvas.__trace = trace;
    traces.add(trace);
    sizes.observe(canvas);
    return trace;
  }

  function drop(trace) {
    traces.delete(trace);
    sizes.unobserve(trace.canvas);
  }

  // The first of the slot's waves that the bed has, best one that flows.
  function choose(trace) {
    let first = null;
    for (const key of trace.slot.keys) {
      const ring = T.waves.ring(trace.bed, key);
      if (!ring) continue;
      if (T.waves.flowing(ring, FLOWING_MS)) return ring;
      first = first || ring;
    }
    return first;
  }

  const y = (trace, v) => {
    const at = trace.h - EDGE - ((v - trace.low) / (trace.high - trace.low)) * (trace.h - 2 * EDGE);
    return at < 1 ? 1 : at > trace.h - 1 ? trace.h - 1 : at;
  };

  function between(ring, index) {
    const i = Math.floor(index),
      f = index - i;
    const a = T.waves.at(ring, i);
    return f < 1e-6 ? a : a + (T.waves.at(ring, i + 1) - a) * f;
  }

  // A new sweep may change its scale, so that a tall wave fits and a small one stays small.
  function rescale(trace) {
    const [low, high] = trace.slot.range;
    const margin = (high - low) * 0.06;
    if (trace.least < Infinity) {
      trace.low = Math.min(low, trace.least - margin);
      trace.high = Math.max(high, trace.most + margin);
    }
    trace.least = Infinity;
    trace.most = -Infinity;
  }

  // Draw what lies between two moments of one sweep (ms); x0 is where the sweep began.
  function stretch(trace, ring, from, to, began) {
    const c = trace.pen,
      perMs = ring.hz / 1000,
      pxMs = trace.pps / 1000;
    const a = from * perMs,
      b = to * perMs;
    const x = (index) => (index / perMs - began) * pxMs;
    let open = false,
      count = 0;
    const point = (index, v) => {
      if (v !== v) {
        open = false;
        return;
      }
      if (v < trace.least) trace.least = v;
      if (v > trace.most) trace.most = v;
      if (open) c.lineTo(x(index), y(trace, v));
      else c.moveTo(x(index), y(trace, v));
      open = true;
    };
    c.beginPath();
    point(a, between(ring, a));
    for (let i = Math.floor(a) + 1; i <= b; i++) {
      point(i, T.waves.at(ring, i));
      count += 1;
    }
    if (b > Math.floor(b)) point(b, between(ring, b));
    c.stroke();
    return count;
  }

  function sweep(trace, ring, from, to) {
    const period = (trace.w / trace.pps) * 1000;
    let t = from,
      count = 0;
    while (t < to - 1e-6) {
      const began = Math.floor(t / period + 1e-6) * period;
      const until = Math.min(to, began + period);
      const x0 = ((t - began) * trace.pps) / 1000,
        x1 = ((until - began) * trace.pps) / 1000;
      const bare = x0 < 0.01 ? 0 : Math.floor(x0 + GAP_PX - 1); // up to here it is wiped already
      wipe(trace, bare, Math.ceil(x1 + GAP_PX) - bare);
      if (x0 < 0.01) rescale(trace);
      count += stretch(trace, ring, t, until, began);
      t = until;
    }
    return count;
  }

  // Everything a fresh canvas should show already.
  function again(trace, ring, play) {
    const period = (trace.w / trace.pps) * 1000,
      blank = (GAP_PX / trace.pps) * 1000;
    wipe(trace, 0, trace.w);
    const from = Math.max(play - period + blank, ((ring.start + 1) * 1000) / ring.hz);
    for (let i = Math.ceil((from * ring.hz) / 1000); i <= (play * ring.hz) / 1000; i++) {
      const v = T.waves.at(ring, i);
      if (v < trace.least) trace.least = v;
      if (v > trace.most) trace.most = v;
    }
    rescale(trace);
    return from < play ? sweep(trace, ring, from, play) : 0;
  }

  // Move one pen to the playhead; say how many samples that drew, -1 where nothing moves.
  function move(trace) {
    const ring = choose(trace),
      bed = T.waves.bed(trace.bed);
    if (!ring || !bed || !trace.pen || trace.w < 20 || !(bed.play > 0)) return -1;
    const flowing = T.waves.flowing(ring, FLOWING_MS);
    trace.metric = ring.metric;
    if (Number.isNaN(trace.t)) {
      const count = again(trace, ring, bed.play);
      Object.assign(trace, { t: bed.play, jumped: bed.jumped });
      return flowing ? Math.max(1, count) : -1;
    }
    if (trace.jumped !== bed.jumped) {
      trace.jumped = bed.jumped;
      if (bed.play < trace.t) {
        trace.t = NaN;
        return -1;
      }
    }
    if (bed.play <= trace.t) return flowing ? 0 : -1;
    if (still.matches && bed.play - trace.t < 1000 * T.time.speed(false)) return -1;
    const period = (trace.w / trace.pps) * 1000;
    const from = Math.max(trace.t, bed.play - period);
    const count = sweep(trace, ring, from, bed.play);
    trace.t = bed.play;
    return flowing ? Math.max(1, count) : -1;
  }

  // How old the newest sample on the screen is, seen one frame after it was drawn.
  let drawn = NaN;
  function note(trace) {
    const bed = T.waves.bed(trace.bed),
      held = T.state.beds[trace.bed];
    drawn = bed && held && !T.time.paused() ? T.time.wallOf(bed.play, held.live) : NaN;
  }
  function seen() {
    if (drawn === drawn) stats.ages[stats.agesAt++ % HELD] = T.time.server() - drawn;
    drawn = NaN;
  }

  let last = 0;
  function frame(now) {
    requestAnimationFrame(frame);
    const passed = Math.min(1000, now - last);
    last = now;
    seen();
    if (!T.link.up) return;
    T.waves.step(passed, performance.now());
    let moving = 0,
      moved = 0,
      any = null;
    for (const trace of traces) {
      const count = move(trace);
      if (count < 0) continue;
      moving += 1;
      if (count > 0) {
        moved += 1;
        stats.drawn += count;
        any = any && Math.random() < 0.5 ? any : trace;
      }
    }
    stats.frames += 1;
    stats.traces = moving;
    if (any) note(any);
    if (moving && moved === moving) stats.full[stats.fullFrames++ % HELD] = now;
    T.emit("frame", now);
  }
  requestAnimationFrame(frame);

  T.sweep = { make, drop };
})();
