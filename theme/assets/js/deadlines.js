// Due dates from a day that the reader chooses, one step or several. No calendar is known here:
// the page brings the list of days with what each is, and this counts along it as
// scripts/yanlu/deadlines/count.py does. Nothing is sent.
"use strict";
(() => {
  const DAY = 86400000; // milliseconds
  const place = document.querySelector("[data-deadline]");
  if (!place) return;
  const told = JSON.parse(place.dataset.deadline);
  const field = place.querySelector("input");
  const parts = [...place.querySelectorAll("[data-step]")];

  const number = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
  const first = number(told.first);
  const say = (words, facts) => words.replace(/{(\w+)}/g, (_, name) => facts[name]);
  const at = (index) => new Date((first + index) * DAY);
  const year = (index) => at(index).getUTCFullYear();
  const named = (index) => {
    const day = at(index);
    const weekday = told.weekdays[(day.getUTCDay() + 6) % 7];
    return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日（${weekday}）`;
  };
  const kind = (index) => told.kinds[told.days[index]];

  // Every day after the start with its number in the count, or none where it is skipped;
  // as far as the calendars are published.
  const count = (rule, start) => {
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
    if (working === null) return say(told.words.notYet, { year: year(due) });
    return working ? "" : say(told.words.resting, { why });
  };

  const row = (step) => {
    const line = document.createElement("tr");
    const counted = step.counted
      ? say(told.words.counted, { number: step.counted })
      : told.words.skipped;
    for (const text of [named(step.index), counted, ...step.why]) {
      line.append(Object.assign(document.createElement("td"), { textContent: text }));
    }
    return line;
  };

  const show = (part, due, noted = "", lines = []) => {
    part.querySelector(".due").textContent = due;
    part.querySelector(".note").textContent = noted;
    const frame = part.querySelector("details");
    if (!frame) return;
    const rows = frame.querySelector("tbody");
    const fill = () => rows.replaceChildren(...(frame.open ? lines.map(row) : []));
    frame.ontoggle = fill; // rows that nobody has opened cost a slow telephone its first moments
    fill();
    frame.hidden = !lines.length;
  };

  const answer = () => {
    const day = field.value;
    const fits = day && day >= told.from && day <= told.to;
    const chosen = fits && number(day) - first;
    let last = { due: chosen };
    parts.forEach((part, place) => {
      if (!fits) return show(part, place ? "" : told.words.range);
      const rule = told.steps[place];
      if (!rule.after) last = { due: chosen };
      const { found, unknown } = "due" in last ? count(rule, last.due) : last;
      last = found ? { due: found[found.length - 1].index } : { unknown };
      if (!found) return show(part, say(rule.unknown, { year: year(unknown) }));
      const words = say(rule.due, { day: `${year(last.due)}年${named(last.due)}` });
      return show(part, words, rest(last.due), found);
    });
  };

  field.addEventListener("input", answer);
  place.hidden = false;
  answer();
})();
