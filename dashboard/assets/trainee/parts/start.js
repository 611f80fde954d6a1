// Mounts the live parts into what Dash has laid out, page by page, and beats once a second.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const HIGH_HALF_MS = 250,
    MEDIUM_HALF_MS = 833;
  let watched = null,
    mounted = null;

  // Dash owns the address: the page changes without losing the stream.
  T.go = function (pathname) {
    window.dash_clientside.set_props("where", { pathname });
  };

  function unmount() {
    if (!mounted) return;
    if (mounted.kind === "ward") {
      T.ward.unmount();
      T.phone.unmount();
    } else T.bed.unmount();
    mounted = null;
  }

  function mount() {
    const ward = document.getElementById("ward"),
      bed = document.getElementById("bed");
    const node = ward || bed;
    if (mounted && mounted.node === node) return;
    unmount();
    if (!node) return;
    mounted = { kind: ward ? "ward" : "bed", node };
    T.ui.page = mounted.kind;
    const root = document.getElementById("teleward");
    root.dataset.page = mounted.kind;
    root.classList.toggle("projector", T.ui.projector);
    if (ward) (T.ward.phone() ? T.phone : T.ward).mount(node);
    else {
      T.ui.select(bed.dataset.bed);
      T.bed.mount(node, bed.dataset.bed);
    }
    T.emit("page", mounted.kind);
    T.emit("parts");
    looking();
  }

  function remount() {
    // a window that became a phone's, or stopped being one
    if (!mounted || mounted.kind !== "ward" || mounted.phone === T.ward.phone()) return;
    mounted.phone = T.ward.phone();
    T.ward.unmount();
    T.phone.unmount();
    (mounted.phone ? T.phone : T.ward).mount(mounted.node);
    T.emit("parts");
  }

  let looked = "";
  function looking() {
    if (!T.state.ready || !mounted) return;
    const now = mounted.kind === "bed" ? `bed ${mounted.node.dataset.bed}` : "ward";
    if (now === looked) return;
    looked = now;
    T.acts.look(mounted.kind === "bed" ? mounted.node.dataset.bed : "", mounted.kind);
  }

  function find() {
    const root = document.getElementById("teleward");
    if (!root) return;
    T.link.start(root.dataset.session, root.dataset.stream);
    const page = document.getElementById("page");
    if (!page || watched === page) return mount();
    watched = page;
    new MutationObserver(mount).observe(page, { childList: true, subtree: false });
    document.getElementById("sound").addEventListener("click", () => T.sound.toggle());
    mount();
  }

  const waiting = new MutationObserver(() => {
    if (!document.getElementById("page")) return;
    waiting.disconnect();
    find();
  });
  waiting.observe(document.documentElement, { childList: true, subtree: true });

  // --- the page's one beat: seconds and flashes, on the simulated second's edge ---
  let second = 0;
  function beat() {
    const now = T.state.ready ? T.time.now(false) : performance.now();
    const mark =
      Math.floor(now / 1000 / Math.max(1, Math.floor(T.time.speed(false)))) +
      (T.time.paused() ? Math.floor(performance.now() / 1000) : 0);
    if (mark === second && T.link.up) return;
    if (!T.link.up && Math.floor(performance.now() / 1000) === second) return;
    second = T.link.up ? mark : Math.floor(performance.now() / 1000);
    T.emit("second");
  }
  setInterval(beat, 100);

  function flash() {
    const root = document.getElementById("teleward");
    if (!root) return;
    const now = performance.now();
    root.classList.toggle("hb", Math.floor(now / HIGH_HALF_MS) % 2 === 1);
    root.classList.toggle("mb", Math.floor(now / MEDIUM_HALF_MS) % 2 === 1);
  }
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) setInterval(flash, 50);

  addEventListener("resize", remount);
  T.on("hello", () => {
    looked = "";
    looking();
  });
  T.on("up", () => {
    looked = "";
    looking();
  });
})();
