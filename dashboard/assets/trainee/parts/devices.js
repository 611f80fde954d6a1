// The devices of a bed: what they are, whether they are there, battery, when last heard.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, fill, put } = T;
  const W = T.words;
  let key = "";

  function heard(bed, name) {
    let newest = -Infinity,
      spot = null;
    for (const r of Object.values(bed.num)) {
      if (!r || r.dev !== name) continue;
      if (r.per > 0 && r.per <= T.rules.tables.value.continuous) newest = Math.max(newest, r.r);
      else spot = Math.max(spot || 0, r.t);
    }
    if (newest > -Infinity) return W.age(Math.max(0, T.time.heard(newest, bed.live))) + " ago";
    return spot ? W.clock(spot) : "–";
  }

  function period(bed, name) {
    const r = Object.values(bed.num).find((x) => x && x.dev === name);
    if (!r || !r.per || r.per <= T.rules.tables.value.continuous) return "";
    return r.per >= 3600 ? `every ${Math.round(r.per / 360) / 10} h` : `every ${Math.round(r.per / 60)} min`;
  }

  const middle = (bed, name, d) =>
    d.state === "offline"
      ? "not connected"
      : d.battery != null
        ? `battery ${Math.round(d.battery)} %`
        : period(bed, name);

  // Those that described themselves, and those that only speak, as a real sensor may.
  function known(bed) {
    const said = Object.entries(bed.devices).filter(([, d]) => d && d.kind !== "gateway");
    const speak = new Set(Object.values(bed.num).map((r) => r && r.dev));
    const silent = [...speak].filter((name) => name && name !== "nurse" && !bed.devices[name]).sort();
    return [...said, ...silent.map((name) => [name, { label: name, state: "online", battery: null }])];
  }

  function refresh(bed) {
    const node = document.getElementById("devices");
    if (!node) return;
    const list = known(bed);
    const low = T.rules.tables.value.battery;
    fill(node, key + list.map(([n, d]) => n + d.state + d.label + d.battery + d.via).join("|"), () => [
      el("h3", {}, "Devices"),
      list.length
        ? el(
            "div.dev",
            {},
            list
              .map(([name, d]) => [
                el("span", { title: d.via ? `through ${d.via}` : "" }, d.label || name),
                el(
                  `span${d.state === "offline" || (d.battery != null && d.battery < low) ? ".warn" : ""}`,
                  {},
                  middle(bed, name, d),
                ),
                el("span.heard", { "data-dev": name }),
              ])
              .flat(),
          )
        : el("p.pad.faint", {}, "No device has said anything yet."),
    ]);
    for (const span of node.querySelectorAll(".heard")) put(span, heard(bed, span.dataset.dev));
  }

  T.devices = {
    mount(bed) {
      key = bed;
    },
    refresh,
  };
})();
