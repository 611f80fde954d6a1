// The ward as the stream tells it: a snapshot, then what changed.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const MOST_ACTS = 50,
    LINGER_MS = 20000;
  const MAPS = ["num", "alarms", "devices", "evt"];

  const S = (T.state = {
    role: "",
    me: { id: "", name: "" },
    session: "",
    place: "",
    clock: null,
    signs: {},
    waves: {},
    limits: {},
    beds: {},
    people: {},
    missing: [],
    hidden: 0,
    wards: 0,
    ready: false,
    resumed: 0,
  });

  const empty = () => ({
    live: false,
    person: null,
    num: {},
    score: null,
    alarms: {},
    devices: {},
    chart: {},
    evt: {},
    acts: [],
    first: T.time.server(),
  });

  function mergeActs(held, news) {
    const at = new Map(held.map((act, i) => [act.id, i]));
    for (const act of news) {
      if (at.has(act.id)) held[at.get(act.id)] = act;
      else at.set(act.id, held.push(act) - 1);
    }
    return held.slice(-MOST_ACTS);
  }

  function mergeMap(held, news) {
    for (const [key, value] of Object.entries(news)) {
      if (value === null) delete held[key];
      else held[key] = value;
    }
  }

  function mergeBed(key, news) {
    const bed = S.beds[key] || (S.beds[key] = empty());
    bed.told = true;
    for (const [field, value] of Object.entries(news)) {
      if (field === "acts") bed.acts = mergeActs(bed.acts, value);
      else if (MAPS.includes(field) && value) mergeMap(bed[field], value);
      else bed[field] = value;
    }
  }

  function setClock(clock) {
    if (!clock) return;
    const was = S.clock;
    S.clock = clock;
    if (was && !was.running && clock.running) S.resumed = T.time.server();
    T.emit("clock", clock);
  }

  function hello(m) {
    if (S.session !== m.session) S.beds = {};
    Object.assign(S, {
      role: m.role,
      me: m.me || S.me,
      session: m.session,
      place: m.place || "",
      signs: m.signs || {},
      waves: m.waves || {},
      limits: m.limits || {},
      ready: true,
    });
    S.clock = null;
    setClock(m.clock);
    aside(m);
    T.emit("hello", m);
  }

  // Parts of Teleward that are away, and real sensors' beds that a fast clock keeps from the ward.
  function aside(m) {
    if (m.missing === undefined && m.hidden === undefined && m.wards === undefined) return;
    if (m.missing) S.missing = m.missing;
    if (m.hidden !== undefined) S.hidden = m.hidden;
    if (m.wards !== undefined) S.wards = m.wards;
    T.emit("aside", S);
  }

  // A bed that a server does not know right after a reconnection stays, getting old, until it is known
  // again or the server had time to hear of it: a ward is not cleared because a part was restarted.
  function linger(before) {
    for (const [key, bed] of Object.entries(before)) {
      if (S.beds[key] || bed.live) continue;
      S.beds[key] = bed;
      setTimeout(() => {
        if (S.beds[key] !== bed || bed.told) return;
        delete S.beds[key];
        T.emit("beds", { all: true, keys: [] });
      }, LINGER_MS);
      bed.told = false;
    }
  }

  function snapshot(m) {
    const beds = m.beds || {},
      before = S.beds,
      again = T.link.ever && !T.link.up; // the first word of a server that may not know everything yet
    if (m.people) S.people = m.people;
    setClock(m.clock);
    S.beds = {};
    for (const [key, bed] of Object.entries(beds)) {
      S.beds[key] = empty();
      if (before[key]) S.beds[key].first = before[key].first;
      mergeBed(key, bed);
    }
    if (again) linger(before);
    T.emit("beds", { all: true, keys: Object.keys(S.beds) });
  }

  function delta(m) {
    if (m.clock) setClock(m.clock);
    aside(m);
    let changed = false,
      attention = false;
    for (const [key, bed] of Object.entries(m.beds || {})) {
      changed = changed || !bed || !S.beds[key];
      attention = attention || !bed || !!(bed.alarms || bed.acts || bed.person);
      if (bed) mergeBed(key, bed);
      else delete S.beds[key];
    }
    if (m.people) {
      mergeMap(S.people, m.people);
      T.emit("people", S.people);
    }
    if (m.beds) T.emit("beds", { all: changed, attention, keys: Object.keys(m.beds), news: m.beds });
  }

  T.apply = { hello, state: snapshot, d: delta };

  // Beds keep their order: the simulated ones by number, real sensors' after them.
  S.order = function () {
    const beds = S.beds;
    return Object.keys(beds).sort(
      (a, b) => (beds[a].live ? 1 : 0) - (beds[b].live ? 1 : 0) || a.localeCompare(b, "en", { numeric: true }),
    );
  };
})();
