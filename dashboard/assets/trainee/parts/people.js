// What people did to a bed: flags and calls, told from the acts in the order they came.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});

  const kindOf = (act) => act.act; // flag, escalation, ack, note or intervention

  function flags(bed) {
    const found = new Map();
    for (const act of bed.acts) {
      if (kindOf(act) !== "flag") continue;
      const step = act.step || "raised";
      if (step === "raised") found.set(act.id, { ...act });
      else if (step === "undone") found.delete(act.ref);
      else if (found.has(act.ref)) {
        const { judgement, condition, certainty, why } = act;
        const flag = found.get(act.ref);
        for (const [k, v] of Object.entries({ judgement, condition, certainty, why })) if (v != null) flag[k] = v;
      }
    }
    return [...found.values()];
  }

  function calls(bed) {
    const found = new Map();
    for (const act of bed.acts) {
      if (kindOf(act) !== "escalation") continue;
      const step = act.step || "raised";
      if (step === "raised") found.set(act.id, { ...act, taken: null, off: null });
      else if (found.has(act.ref)) found.get(act.ref)[step] = act;
    }
    return [...found.values()];
  }

  function latest(bed) {
    const open = calls(bed).filter((c) => !c.off);
    if (open.length) return { kind: "call", act: open[open.length - 1] };
    const raised = flags(bed);
    return raised.length ? { kind: "flag", act: raised[raised.length - 1] } : null;
  }

  function flagText(flag) {
    const words = [flag.judgement, flag.condition, flag.certainty].filter(Boolean);
    return words.length ? words.join(", ") : "cause unsaid";
  }

  T.people = { kindOf, flags, calls, latest, flagText, mine: (act) => act.by_id === T.state.me.id };
})();
