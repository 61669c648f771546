// A deadline from a day that the reader chooses. No calendar is known here: the page brings the
// list of days with what each is, and this counts along it as scripts/yanlu/deadlines/count.py
// does. Nothing is sent.
"use strict";
(() => {
  const DAY = 86400000; // milliseconds
  const place = document.querySelector("[data-deadline]");
  if (!place) return;
  const rule = JSON.parse(place.dataset.deadline);
  const [field, status, note, frame] = ["input", "[role=status]", ".note", "details"].map((name) =>
    place.querySelector(name),
  );
  const rows = frame.querySelector("tbody");

  const number = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
  const first = number(rule.first);
  const say = (words, facts) => words.replace(/{(\w+)}/g, (_, name) => facts[name]);
  const at = (index) => new Date((first + index) * DAY);
  const year = (index) => at(index).getUTCFullYear();
  const named = (index) => {
    const day = at(index);
    const weekday = rule.weekdays[(day.getUTCDay() + 6) % 7];
    return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日（${weekday}）`;
  };
  const kind = (index) => rule.kinds[rule.days[index]];

  // Every day after the start with its number in the count, or none where it is skipped;
  // as far as the calendars are published.
  const steps = (start) => {
    const found = [];
    for (let index = start + 1, counted = 0; counted < rule.length; index += 1) {
      const [working, why] = kind(index);
      if (rule.working && working === null) return { unknown: index };
      const counts = !rule.working || working;
      counted += counts;
      found.push({ index, counted: counts ? counted : 0, why: rule.working ? [why] : [] });
    }
    return { found };
  };

  const rest = (due) => {
    const [working, why] = kind(due);
    if (working === null) return say(rule.words.notYet, { year: year(due) });
    return working ? "" : say(rule.words.resting, { why });
  };

  const row = (step) => {
    const line = document.createElement("tr");
    const counted = step.counted
      ? say(rule.words.counted, { number: step.counted })
      : rule.words.skipped;
    for (const text of [named(step.index), counted, ...step.why]) {
      line.append(Object.assign(document.createElement("td"), { textContent: text }));
    }
    return line;
  };

  const show = (told, noted, lines) => {
    status.textContent = told;
    note.textContent = noted;
    rows.replaceChildren(...lines.map(row));
    frame.hidden = !lines.length;
  };

  const answer = () => {
    const chosen = field.value;
    if (!chosen || chosen < rule.from || chosen > rule.to) return show(rule.words.range, "", []);
    const { found, unknown } = steps(number(chosen) - first);
    if (!found) return show(say(rule.words.unknown, { year: year(unknown) }), "", []);
    const due = found[found.length - 1].index;
    return show(say(rule.words.due, { day: `${year(due)}年${named(due)}` }), rest(due), found);
  };

  field.addEventListener("input", answer);
  place.hidden = false;
  answer();
})();
