// What a screen reader is told: new high alarms and calls at once, medium ones politely, numbers never.
(function () {
  "use strict";
  const T = (window.teleward = window.teleward || {});
  const W = T.words;
  let told = null; // ids already said

  function say(id, text) {
    const node = document.getElementById(id);
    if (!node) return;
    node.textContent = "";
    node.textContent = text;
  }
  T.say = { polite: (text) => say("say-polite", text), assertive: (text) => say("say-assertive", text) };

  function alarms() {
    const now = new Set(),
      fresh = [];
    for (const [key, bed] of Object.entries(T.state.beds)) {
      for (const alarm of Object.values(bed.alarms)) {
        if (!alarm || alarm.presence !== "On") continue;
        const id = `${key}:${alarm.id}:${alarm.onset}:${alarm.priority}`;
        now.add(id);
        if (told && !told.has(id)) fresh.push({ key, alarm, bed });
      }
    }
    told = now;
    for (const { key, alarm, bed } of fresh) {
      const text = `${W.bed(key)} ${bed.person ? bed.person.name + " " : ""}${W.spoken[alarm.priority]} alarm ${alarm.text}`;
      if (alarm.priority === "Hi") T.say.assertive(text);
      else if (alarm.priority === "Me") T.say.polite(text);
    }
  }

  let calls = null;
  function called(items) {
    const ids = new Map(items.map((i) => [i.call.id + (i.call.taken ? ":taken" : i.call.off ? ":off" : ""), i]));
    if (calls) {
      for (const [id, { key, call }] of ids) {
        if (calls.has(id)) continue;
        if (call.taken) T.say.polite(`Call for ${W.bed(key)} taken by ${call.taken.by}`);
        else if (!call.off) {
          T.say.assertive(`${call.by} calls ${call.to || "for help"} for ${W.bed(key)}`);
          T.sound.chime();
        }
      }
    }
    calls = new Set(ids.keys());
  }

  T.on("beds", (change) => (change.all || change.attention) && alarms());
  T.on("calls", called);
})();
