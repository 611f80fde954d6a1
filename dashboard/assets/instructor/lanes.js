// Where words and marks stand along a line of time so that none covers another.
(function () {
  "use strict";
  const T = window.teleward, X = (T.instructor = T.instructor || {});
  const LETTER = 7.2, ASIDE = 11, HALF = 5, GAP = 8;

  // Words stand right of their mark, or left of it where the line ends, in the first of `count` lanes with
  // room from mark to end; `null` where there is none.
  X.lanes = function (count, first, last) {
    const free = Array(count).fill(first - HALF);
    return function (x, text) {
      const wide = text.length * LETTER;
      for (let lane = 0; lane < count; lane++) {
        if (x - HALF < free[lane]) continue;
        if (x + ASIDE + wide <= last) {
          free[lane] = x + ASIDE + wide + GAP;
          return { lane, x: x + ASIDE, anchor: "start" };
        }
        if (x - ASIDE - wide >= free[lane]) {
          free[lane] = x + HALF + GAP;
          return { lane, x: x - ASIDE, anchor: "end" };
        }
      }
      return null;
    };
  };

  // Of things in the order of their time, those closer than `near` pixels to the first of them together.
  X.gathered = function (things, x, near) {
    const found = [];
    for (const thing of things) {
      const last = found[found.length - 1];
      if (last && x(thing.t) - last.x < near) last.all.push(thing);
      else found.push({ x: x(thing.t), all: [thing] });
    }
    return found;
  };
})();
