// Making and changing elements. Foreign text goes in as text, never as HTML.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const SVG = "http://www.w3.org/2000/svg";

  // One family of icons: strokes of 2 in a box of 24, drawn for this project.
  const PATHS = {
    flag: "M6 21V4M6 4h11l-2.5 4 2.5 4H6",
    phone:
      "M6 3.5h3.2l1.8 4.6-2.4 1.7a12.4 12.4 0 0 0 5.6 5.6l1.7-2.4 4.6 1.8V18a2.5 2.5 0 0 1-2.6 2.5A15.5 15.5 0 0 1 3.5 6.1 2.5 2.5 0 0 1 6 3.5z",
    check: "M4.5 12.5l5 5L19.5 7",
    undo: "M8.5 5.5L4 10l4.5 4.5M4.5 10H14a5.5 5.5 0 0 1 0 11h-3",
    battery: "M3 8h15v8H3zM21 11v2M6 11v2",
    plug: "M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4",
    clock: "M12 3.5a8.5 8.5 0 1 0 .01 0zM12 7.5V12l3 2",
    nodata:
      "M3 3l18 18M5 12.5a10 10 0 0 1 4.2-2.6M2 8.6a15 15 0 0 1 5-3M11.5 5a15 15 0 0 1 10.5 3.6M8.5 16a5 5 0 0 1 7 0M12 20h.01",
    sound: "M4 9.5v5h3.5l5 4v-13l-5 4zM16 9a4.5 4.5 0 0 1 0 6M18.6 6.5a8 8 0 0 1 0 11",
    mute: "M4 9.5v5h3.5l5 4v-13l-5 4zM16.5 9.5l5 5M21.5 9.5l-5 5",
    back: "M11 5.5L4.5 12l6.5 6.5M5 12h15",
    note: "M5 3.5h14v17H5zM8.5 8h7M8.5 12h7M8.5 16h4",
    live: "M12 12h.01M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M5.7 18.3a9 9 0 0 1 0-12.6M18.3 5.7a9 9 0 0 1 0 12.6",
    pause: "M8 5v14M16 5v14",
    people:
      "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 13.9a6.5 6.5 0 0 1 3.5 6.1",
    close: "M6 6l12 12M18 6L6 18",
  };

  T.icon = function (name, filled) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", filled ? "i f" : "i");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", PATHS[name]);
    svg.appendChild(path);
    return svg;
  };

  // el("button.btn.sm", {title: "…", onclick: f}, "text", child, …)
  T.el = function (what, props, ...children) {
    const [tag, ...classes] = what.split(".");
    const node = document.createElement(tag);
    if (classes.length) node.className = classes.join(" ");
    for (const [key, value] of Object.entries(props || {})) {
      if (value == null || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key === "value") node.value = value;
      else node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child != null && child !== false));
    return node;
  };

  T.button = function (classes, label, act, more) {
    return T.el("button" + classes, { type: "button", onclick: act, ...more }, label);
  };

  // Write only what changed: a ward of 64 is looked over several times a second.
  T.put = function (node, text) {
    if (node.__text === text) return;
    node.__text = text;
    node.textContent = text;
  };
  T.cls = function (node, name) {
    if (node.__cls === name) return;
    node.__cls = name;
    node.className = name;
  };
  T.attr = function (node, name, value) {
    const held = node.__attrs || (node.__attrs = {});
    if (held[name] === value) return;
    held[name] = value;
    if (value == null) node.removeAttribute(name);
    else node.setAttribute(name, value);
  };
  T.show = function (node, on) {
    if (node.hidden === !on) return;
    node.hidden = !on;
  };
  // Rebuild a small part only when what it shows has changed.
  T.fill = function (node, key, make) {
    if (node.__key === key) return;
    node.__key = key;
    node.replaceChildren(
      ...make()
        .flat()
        .filter((child) => child != null && child !== false),
    );
  };

  // --- messages between the parts of the page ---
  const listeners = {};
  T.on = function (name, listener) {
    (listeners[name] = listeners[name] || []).push(listener);
  };
  T.emit = function (name, data) {
    for (const listener of listeners[name] || []) {
      try {
        listener(data);
      } catch (error) {
        console.error("teleward:", name, error); // one part fails, the rest goes on
      }
    }
  };
})();
