// The small map of the ward in the bed page's header; on a phone, the way back and who it is.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, icon, fill } = T;
  const W = T.words;
  const TEXT_TO_BEDS = 24,
    TEXT_FROM_PX = 1500;

  const place = () => document.getElementById("mid");
  const silent = (key) => T.derive.condition(key, T.state.beds[key]).kind === "silent";

  // The class of a bed's field: here, lost, or its first alarm.
  function look(key, here) {
    const top = T.derive.alarms(T.state.beds[key])[0];
    const marks = key === here ? ["here"] : [];
    if (silent(key)) marks.push("lost");
    else if (top) marks.push(...(top.presence === "Ack" ? ["ack"] : []), W.priority[top.priority]);
    return marks.map((mark) => "." + mark).join("");
  }

  function field(key, marks, small) {
    const name = W.bed(key);
    const more = { type: "button", title: `${name} ${W.who(T.state.beds[key].person)}`, "aria-label": `Open ${name}` };
    return el(`button${marks}`, { ...more, onclick: () => T.go("/bed/" + key) }, small ? "" : name);
  }

  function draw(here) {
    const node = place();
    if (!node) return;
    if (T.ward.phone()) return phoneHead(node, here);
    const beds = T.state.order(),
      small = beds.length > TEXT_TO_BEDS || innerWidth < TEXT_FROM_PX;
    const looks = beds.map((key) => look(key, here));
    T.cls(node, "sp midmap");
    fill(node, small + beds.map((key, i) => key + looks[i]).join(), () => [
      el(
        `div.minimap${small ? ".small" : ""}`,
        { role: "group", "aria-label": "Whole ward", style: `--n:${Math.ceil(beds.length / 2)}` },
        beds.map((key, i) => field(key, looks[i], small)),
      ),
    ]);
  }

  let chip = null;
  function phoneHead(node, here) {
    const bed = T.state.beds[here];
    if (!bed) return;
    T.cls(node, "sp phonehead");
    fill(node, "head" + here + W.who(bed.person), () => {
      chip = T.tile.chip();
      return [
        T.button(".btn.sm", icon("back"), () => T.go("/"), { "aria-label": "Back to the ward" }),
        el("h1.bed", {}, W.bed(here)),
        el("span.who", {}, W.who(bed.person)),
        chip.root,
      ];
    });
    T.tile.writeChip(chip, T.derive.news(bed, silent(here)));
  }

  function clear() {
    const node = place();
    if (!node) return;
    T.cls(node, "sp");
    fill(node, "", () => []);
  }

  T.wardMap = { draw, clear };
})();
