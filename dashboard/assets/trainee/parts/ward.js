// The ward's grid: which density, which page of beds, which bed is chosen.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const { el, cls } = T;
  const FRAMES = 4; // a whole ward is written within so many frames
  const tiles = new Map();
  let root = null,
    grid = null,
    plan = null,
    page = 0,
    beds = [];
  const dirty = new Set();

  const ui = (T.ui = {
    selected: sessionStorage.getItem("teleward.bed") || "",
    projector: new URLSearchParams(location.search).has("projector"),
    coarser: 0,
    page: "ward",
    select(key) {
      if (ui.selected === key) return;
      ui.selected = key;
      sessionStorage.setItem("teleward.bed", key);
      T.emit("selected", key);
    },
    // First press chooses, second opens.
    press(key) {
      if (ui.selected === key) T.go("/bed/" + key);
      else ui.select(key);
    },
  });

  // How many columns and rows; a projector shows at most 16 beds at once.
  function planFor(count, width, height) {
    const shown = ui.projector ? Math.min(count, 16) : count;
    const found = T.rules.plan(shown, width, height, ui.coarser);
    return { ...found, capacity: found.columns * found.rows };
  }

  function phone() {
    return innerWidth <= T.rules.tables.frame.phone;
  }

  function rebuild() {
    if (!root || phone()) return;
    beds = T.state.order();
    const next = planFor(beds.length, innerWidth, innerHeight);
    const same =
      plan && plan.density === next.density && plan.capacity === next.capacity && plan.columns === next.columns;
    plan = next;
    const pages = Math.max(1, Math.ceil(beds.length / plan.capacity));
    page = Math.min(page, pages - 1);
    const here = beds.slice(page * plan.capacity, (page + 1) * plan.capacity);
    if (!same) clear();
    for (const [key, tile] of tiles)
      if (!here.includes(key)) {
        T.tile.drop(tile);
        tiles.delete(key);
      }
    cls(root, `wmain ${plan.density.rail ? "" : "norail"}`);
    document.getElementById("teleward").dataset.density = plan.density.name;
    here.forEach((key, i) => place(key, i));
    tracks();
    empty(beds.length);
    T.emit("plan", { plan, page, pages });
    refresh();
    rove();
  }

  // Tracks in pixels: with fractions a browser would lay out every tile anew for one changed number.
  function tracks() {
    if (!grid || !plan) return;
    const gap = plan.density.rail ? T.rules.tables.frame.gap : 5;
    const size = (total, count) =>
      `repeat(${count}, ${Math.floor(((total - gap * (count - 1)) / count) * 100) / 100}px)`;
    grid.style.gridTemplateColumns = size(grid.clientWidth, plan.columns);
    grid.style.gridTemplateRows = size(grid.clientHeight, plan.rows);
  }
  const sizes = new ResizeObserver(tracks);

  function place(key, index) {
    let tile = tiles.get(key);
    if (!tile) {
      tile = T.tile.build(key, plan.density);
      tiles.set(key, tile);
    }
    if (grid.children[index] !== tile.root) grid.insertBefore(tile.root, grid.children[index] || null);
  }

  function empty(count) {
    let note = grid.querySelector(".empty");
    if (count) {
      if (note) note.remove();
      return;
    }
    if (!note) grid.append((note = el("p.empty")));
    note.textContent = T.state.ready ? "This ward has no patients yet." : "Waiting for the ward.";
  }

  function clear() {
    for (const tile of tiles.values()) T.tile.drop(tile);
    tiles.clear();
  }

  function refresh() {
    for (const tile of tiles.values()) T.tile.update(tile);
  }

  // Only one tile is in the tab order; arrows move it.
  function rove() {
    const chosen = tiles.has(ui.selected) ? ui.selected : tiles.keys().next().value;
    for (const [key, tile] of tiles) tile.root.tabIndex = key === chosen ? 0 : -1;
  }

  function show(key) {
    // turn to the page that holds the bed
    const at = beds.indexOf(key);
    if (!plan || at < 0) return;
    const wanted = Math.floor(at / plan.capacity);
    if (wanted !== page) {
      page = wanted;
      rebuild();
    }
  }

  function step(dx, dy) {
    if (!plan || !beds.length) return;
    const at = beds.indexOf(ui.selected);
    const next = at < 0 ? page * plan.capacity : at + dx + dy * plan.columns;
    if (next < 0 || next >= beds.length) return;
    ui.select(beds[next]);
  }

  function focus(key) {
    const tile = tiles.get(key);
    if (tile) tile.root.focus({ preventScroll: false });
  }

  // Page Down after the last page begins again, Page Up before the first stays.
  function turn(by) {
    if (!plan) return;
    const pages = Math.ceil(beds.length / plan.capacity);
    page = Math.max(0, page + by) % Math.max(1, pages);
    rebuild();
  }

  function pageText() {
    if (!plan || beds.length <= plan.capacity) return "";
    const first = page * plan.capacity;
    return `beds ${first + 1}–${Math.min(beds.length, first + plan.capacity)} of ${beds.length}`;
  }

  function mount(node) {
    root = node;
    grid = el("div.grid");
    const rail = el("aside.rail", { "aria-label": "Attention" });
    root.replaceChildren(grid, rail);
    sizes.disconnect();
    sizes.observe(grid);
    T.rail.mount(rail);
    plan = null;
    rebuild();
  }

  function unmount() {
    clear();
    root = grid = plan = null;
    dirty.clear();
  }

  // What changed is written in the next frames, some tiles in each, so that no frame is late; a fast
  // clock's numbers once a second.
  function flush(now) {
    if (!root || !dirty.size) return;
    const fast = T.time.speed(false) > 1.5,
      most = Math.max(4, Math.ceil(tiles.size / FRAMES));
    let done = 0;
    for (const key of dirty) {
      const tile = tiles.get(key);
      if (tile && fast && now - tile.updated < 950) continue;
      dirty.delete(key);
      if (!tile) continue;
      tile.updated = now;
      T.tile.update(tile);
      T.emit("written", key);
      if (++done >= most) break;
    }
  }

  function everything() {
    for (const key of tiles.keys()) dirty.add(key);
  }

  T.on("beds", (change) => {
    if (change.all) return rebuild();
    for (const key of change.keys) dirty.add(key);
  });
  T.on("frame", flush);
  T.on("second", everything);
  T.on("down", refresh);
  T.on("up", refresh);
  T.on("selected", (key) => {
    show(key);
    rove();
    refresh();
  });
  addEventListener("resize", () => rebuild());

  T.ward = {
    mount,
    unmount,
    step,
    turn,
    pageText,
    show,
    focus,
    rebuild,
    tiles,
    planFor,
    phone,
    beds: () => T.state.order(),
    coarser(by) {
      ui.coarser = Math.max(0, Math.min(4, ui.coarser + by));
      page = 0;
      rebuild();
    },
  };
})();
