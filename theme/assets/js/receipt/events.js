// Event by event: what a log holds under a receipt.
import { hex, keyed, utf8 } from "./hash.js";
import { byLabel, lastDay } from "./log.js";
import { refuse } from "./notes.js";

const MOST = 16; // events of a receipt that have keys
const TERM = 3; // days until what happened must stand in the log

const derived = (secret, purpose) => keyed(secret, utf8(`yanlu/v1/${purpose}`));
export const labelOf = (secret, at) => hex(derived(secret, `label/${at}`).slice(0, 16));

// JCS (RFC 8785) of a flat object of strings with ASCII names.
const canonical = (message) => {
  const sorted = Object.keys(message).sort();
  if (sorted.some((name) => typeof message[name] !== "string")) refuse("file");
  const pairs = sorted.map((name) => `${JSON.stringify(name)}:${JSON.stringify(message[name])}`);
  return utf8(`{${pairs.join(",")}}`);
};

export const commitmentOf = (secret, at, message) =>
  hex(keyed(derived(secret, `event/${at}`), canonical(message)));

const later = (day, days) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 864e5).toISOString().slice(0, 10);

// Not in the log: told of before its day (zones differ by one), late, or in time.
const open = (day, due, days, at) => {
  if (days.every((one) => day > later(one, 1))) return ["ahead", at];
  return [days.some((one) => one > due) ? "missing" : "waiting", at];
};

// No content: the office lost it. Another name: it stands in a log that was given up.
function* walked({ secret, messages, found, promised, days, elsewhere }) {
  for (let at = 0; at < Math.max(MOST, messages.length); at++) {
    const there = found.get(labelOf(secret, at)) ?? [];
    const shown = messages[at];
    if (there.length > 1) yield ["twice", at];
    else if (there.length && !shown) yield ["hidden", at];
    else if (shown && !shown.v) yield ["lost", at];
    else if (there.length && there[0] !== commitmentOf(secret, at, shown)) yield ["altered", at];
    else if (there.length) yield ["found", at];
    else if (shown && elsewhere(shown)) yield ["former", at];
    else if (shown) yield open(shown.date, (at === 0 && promised) || later(shown.date, TERM), days, at);
  }
}

// Of what was erased one message is left: that it was.
function* ended({ secret, origin, erased: date, found, days }) {
  let count = 0;
  while (found.has(labelOf(secret, count))) count++;
  const at = Math.max(0, count - 1);
  const said = commitmentOf(secret, at, { v: "1", event: "erased", origin, date });
  yield found.get(labelOf(secret, at))?.[0] === said
    ? ["erased", date]
    : open(date, later(date, TERM), days, count);
}

// Texts beside the messages that bind them.
function* bound({ secret, messages, words = {} }) {
  let count = 0;
  for (const [number, texts] of Object.entries(words)) {
    const same = { ...texts };
    for (const name in same) same[name] = `${same[name]}`.replace(/\r\n?/g, "\n").normalize("NFC");
    const right = messages[number]?.words === commitmentOf(secret, number, same);
    if (!right) yield ["reworded", Number(number)];
    count += right;
  }
  if (count) yield ["words", count];
}

export const eventsOf = (secret, shown, { origin, lines, promised, today }) => {
  const days = [lastDay(lines), today].filter(Boolean);
  const renamed = lines.some((line) => line.startsWith("release/1 former-log-"));
  const elsewhere = (message) => renamed && message.origin !== origin;
  const given = { ...shown, secret, promised, days, elsewhere, found: byLabel(lines) };
  return shown.erased ? [...ended(given)] : [...walked(given), ...bound(given)];
};

const BAD = ["missing", "altered", "hidden", "twice", "ahead", "reworded"];
export const verdictOf = (events) => {
  const any = (kinds) => events.some(([what]) => kinds.includes(what));
  if (any(BAD)) return "bad";
  if (any(["lost", "former"])) return "partly";
  return any(["waiting"]) ? "wait" : "good";
};
