// The dialog that starts a session: it takes the focus, keeps it, and gives it back. Escape closes it.
(function () {
  "use strict";
  const FIELDS = "button, input, textarea, summary, a[href]";
  let panel = null, opener = null;

  const fields = () => [...panel.querySelectorAll(FIELDS)].filter((at) => at.offsetParent !== null && !at.disabled);

  function close() {
    panel.hidden = true; // at once, whether the server answers or not
    document.getElementById("close-start").click();
  }

  function changed() {
    if (!panel.hidden) {
      if (!opener) opener = document.activeElement;
      panel.focus();
    } else if (opener) {
      if (opener.isConnected) opener.focus();
      opener = null;
    }
  }

  function keys(event) {
    if (!panel || panel.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "Tab") return turn(event);
    else return event.stopPropagation(); // the console behind has keys of its own
    event.preventDefault();
    event.stopPropagation();
  }

  // Tab goes round inside.
  function turn(event) {
    const all = fields(), first = all[0], last = all[all.length - 1], at = document.activeElement;
    const out = event.shiftKey ? at === first || at === panel : at === last;
    if (!all.length || (panel.contains(at) && !out)) return;
    (event.shiftKey ? last : first).focus();
    event.preventDefault();
  }

  const waiting = new MutationObserver(() => {
    const node = document.getElementById("start-panel");
    if (!node || node === panel) return;
    panel = node;
    new MutationObserver(changed).observe(panel, { attributes: true, attributeFilter: ["hidden"] });
  });
  waiting.observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("keydown", keys, true);
})();
