// Samples wait here between the stream and the pen: a ring for each wave, a playhead for each bed.
//
// Blocks of 0.2 s come when the network likes. The playhead runs at the session's speed and is nudged
// so that 30 to 120 ms stay queued before the next block comes; all traces of a bed share it.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const KEPT_S = 48; // enough to draw a whole sweep again, respiration's too
  const LOW_MS = 30,
    HIGH_MS = 120,
    WINDOW_MS = 600,
    FIRST_MS = 280,
    JUMP_MS = 2500,
    MOST_NUDGE = 0.15;
  const SILENT_MS = 400,
    TOLERANCE_S = 0.5,
    BACK_S = 2;
  const NOTHING = ["Inv", "NA", "Oflw", "Uflw"];

  const rings = new Map(); // "bed|metric" → ring
  const beds = new Map(); // bed → { heads, rings }
  const stats = (T.stats = T.stats || {});
  Object.assign(stats, { underruns: 0, jumps: 0, lostSamples: 0 });

  function bedOf(name) {
    let bed = beds.get(name);
    if (!bed) {
      bed = { name, rings: [], play: NaN, nudge: 1, low: Infinity, until: 0, jumped: 0 };
      beds.set(name, bed);
    }
    return bed;
  }

  function makeRing(block) {
    const size = Math.ceil(block.hz * KEPT_S);
    const ring = {
      bed: block.b,
      metric: block.m,
      hz: block.hz,
      boot: null,
      base: 0,
      size,
      data: new Float32Array(size).fill(NaN),
      start: 0,
      end: 0,
      arrived: 0,
      low: NaN,
      high: NaN,
    };
    rings.set(`${block.b}|${block.m}`, ring);
    const bed = bedOf(block.b);
    bed.rings = bed.rings.filter((r) => r.metric !== block.m);
    bed.rings.push(ring);
    return ring;
  }

  // Where the block's first sample stands on the bed's time line, in samples since 1970.
  function place(ring, block) {
    const timed = Math.round((block.t * block.hz) / 1000);
    const near = TOLERANCE_S * block.hz;
    if (block.i0 == null) return Math.abs(timed - ring.end) < near ? ring.end : timed;
    if (block.boot === ring.boot && Math.abs(block.i0 + ring.base - timed) < near) return block.i0 + ring.base;
    ring.boot = block.boot;
    ring.base = timed - block.i0;
    if (Math.abs(timed - ring.end) < 2) ring.base += ring.end - timed; // a neat continuation
    return block.i0 + ring.base;
  }

  function add(block, samples) {
    let ring = rings.get(`${block.b}|${block.m}`);
    if (!ring || ring.hz !== block.hz) ring = makeRing(block);
    const at = place(ring, block);
    const { size, data } = ring;
    if (at > ring.end + size || ring.end - at > BACK_S * block.hz) {
      data.fill(NaN); // another stretch of time altogether
      ring.start = ring.end = at;
    }
    if (at > ring.end) stats.lostSamples += ring.start === ring.end ? 0 : at - ring.end;
    for (let i = Math.max(ring.end, at - size); i < at; i++) data[i % size] = NaN;
    const blank = NOTHING.includes(block.q);
    const from = Math.max(0, ring.end - at);
    for (let i = from; i < samples.length; i++) {
      data[(at + i) % size] = blank ? NaN : block.off + block.scale * samples[i];
    }
    ring.end = Math.max(ring.end, at + samples.length);
    ring.start = Math.max(ring.start, ring.end - size);
    ring.arrived = performance.now();
  }

  const endOf = (ring) => ((ring.end - 1) * 1000) / ring.hz; // when its newest sample was

  // How far the bed's pen may go: what all its flowing waves have reached.
  function headOf(bed, now) {
    let most = -Infinity,
      least = Infinity;
    for (const ring of bed.rings) most = Math.max(most, endOf(ring));
    for (const ring of bed.rings) {
      if (now - ring.arrived < SILENT_MS) least = Math.min(least, endOf(ring));
    }
    return least === Infinity ? most : least;
  }

  function jump(bed, to) {
    if (!Number.isNaN(bed.play)) stats.jumps += 1;
    Object.assign(bed, { play: to, nudge: 1, low: Infinity, jumped: bed.jumped + 1 });
  }

  function nudge(bed, queued, now) {
    bed.low = Math.min(bed.low, queued);
    if (now < bed.until) return;
    if (bed.low < LOW_MS) bed.nudge = 1 - Math.min(MOST_NUDGE, (LOW_MS + 30 - bed.low) / 1000);
    else if (bed.low > HIGH_MS) bed.nudge = 1 + Math.min(MOST_NUDGE, (bed.low - HIGH_MS + 30) / 1000);
    else bed.nudge = 1;
    bed.low = queued;
    bed.until = now + WINDOW_MS;
  }

  function advance(bed, wallMs, now, speed) {
    const head = headOf(bed, now);
    if (head === -Infinity) return;
    let queued = (head - bed.play) / speed;
    if (!(queued < JUMP_MS && queued > -JUMP_MS)) {
      jump(bed, head - FIRST_MS * speed);
      queued = FIRST_MS;
    }
    nudge(bed, queued, now);
    const next = bed.play + wallMs * speed * bed.nudge;
    if (next > head) {
      if (head > bed.play) stats.underruns += 1;
      bed.play = Math.max(bed.play, head);
    } else bed.play = next;
  }

  // Called once a frame, before the pens move.
  function step(wallMs, now) {
    for (const bed of beds.values()) {
      const held = T.state.beds[bed.name];
      if (!held) continue;
      advance(bed, wallMs, now, Math.max(0.05, T.time.speed(held.live)));
    }
  }

  T.waves = {
    add,
    step,
    ring: (bed, metric) => rings.get(`${bed}|${metric}`),
    bed: (name) => beds.get(name),
    flowing: (ring, ms) => !!ring && performance.now() - ring.arrived < ms,
    heard(name) {
      // when any wave of the bed last came (performance.now), or -Infinity
      const bed = beds.get(name);
      return bed ? bed.rings.reduce((most, r) => Math.max(most, r.arrived), -Infinity) : -Infinity;
    },
    at(ring, index) {
      return index >= ring.start && index < ring.end ? ring.data[index % ring.size] : NaN;
    },
    forget() {
      rings.clear();
      beds.clear();
    },
    queued(name) {
      const b = beds.get(name);
      return b ? headOf(b, performance.now()) - b.play : NaN;
    },
  };
})();
