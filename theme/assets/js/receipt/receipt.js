// A receipt: its code, what is derived from it, and what the log must hold under it.
import { hex, keyed, sha256, utf8 } from "./hash.js";
import { byLabel, lastDay, readEntries, rootOf } from "./log.js";
import { openCheckpoint, openNote, readKey, readPolicy, refuse, Wrong } from "./notes.js";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MOST = 16; // events of a receipt that have keys
const TERM = 3; // days until what happened must stand in the log
const MISTAKEN = ["browser", "code", "file", "origin"]; // nothing is proved by these

// The secret of a code as people type it; its last 12 bits are a check.
export const readCode = (typed) => {
  const plain = typed.normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  const symbols = [...plain.replace(/O/g, "0").replace(/[IL]/g, "1")];
  const digits = symbols.map((symbol) => SYMBOLS.indexOf(symbol));
  if (digits.length !== 28 || digits.includes(-1)) refuse("code");
  const bits = digits.map((digit) => digit.toString(2).padStart(5, "0")).join("");
  const byte = (_, at) => parseInt(bits.slice(8 * at, 8 * at + 8), 2);
  const secret = Uint8Array.from({ length: 16 }, byte);
  const check = parseInt(bits.slice(128), 2).toString(16).padStart(3, "0");
  return hex(sha256(secret)).slice(0, 3) === check ? secret : refuse("code");
};

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

// What the office promised when it took the text: until when its line is in the log.
const kept = async (note, line, origin, vkey, spare) => {
  const key = readKey(vkey);
  const opened = openNote(note, [key], spare);
  const { body, signers } = await opened.catch((error) => {
    throw ["form", "signature"].includes(error.message) ? new Wrong("promise") : error;
  });
  const [place, , deadline, entry] = body.split("\n");
  const host = origin.replace(/\/log$/, "");
  if (!signers.has(key) || place !== `${host}/receipt` || key.name !== `${host}/intake`) refuse("promise");
  return entry === line ? deadline : refuse("promised-other");
};

const open = (due, days, at) => [days.some((day) => day > due) ? "missing" : "waiting", at];

// Event by event: in the log once and as shown, not yet due, or wrong. A message without content
// is one that the office lost.
function* walked(secret, messages, found, promised, days) {
  for (let at = 0; at < Math.max(MOST, messages.length); at++) {
    const there = found.get(labelOf(secret, at)) ?? [];
    const shown = messages[at];
    if (there.length > 1) yield ["twice", at];
    else if (there.length && !shown) yield ["hidden", at];
    else if (shown && !shown.v) yield ["lost", at];
    else if (there.length && there[0] !== commitmentOf(secret, at, shown)) yield ["altered", at];
    else if (there.length) yield ["found", at];
    else if (shown) yield open((at === 0 && promised) || later(shown.date, TERM), days, at);
  }
}

// Of a receipt whose content was erased there is one message left to tell: that it was.
function* ended(secret, { origin, erased: date }, found, days) {
  let count = 0;
  while (found.has(labelOf(secret, count))) count++;
  const at = Math.max(0, count - 1);
  const said = commitmentOf(secret, at, { v: "1", event: "erased", origin, date });
  yield found.get(labelOf(secret, at))?.[0] === said
    ? ["erased", date]
    : open(later(date, TERM), days, count);
}

const eventsOf = (secret, shown, lines, promised, today) => {
  const [found, days] = [byLabel(lines), [lastDay(lines), today]];
  return shown.erased
    ? [...ended(secret, shown, found, days)]
    : [...walked(secret, shown.messages, found, promised, days)];
};

const verdictOf = (events) => {
  const said = events.map(([what]) => what);
  if (said.some((what) => ["missing", "altered", "hidden", "twice"].includes(what))) return "bad";
  return said.includes("waiting") ? "wait" : "good";
};

// The whole log, held against the key that signs it.
const sealedLines = async (checkpoint, entries, policy, spare) => {
  const sealed = await openCheckpoint(checkpoint, readPolicy(policy), spare);
  const lines = readEntries(entries, sealed.size);
  return sealed.root === rootOf(lines) ? { sealed, lines } : refuse("root");
};

const firstLine = (secret, [message]) =>
  `event/1 ${labelOf(secret, 0)} ${commitmentOf(secret, 0, message)}`;

// Everything that can be told of a receipt, as [id of a sentence, number] pairs; the last is the
// verdict. `shown` is {origin, messages, promise, erased} as the office gave it; `keys` {policy,
// intake}; `today` YYYY-MM-DD; `spare` the address of a program for Ed25519.
export const checkReceipt = async ({ code, shown, checkpoint, entries, keys, today, spare }) => {
  const told = [];
  try {
    const secret = readCode(code);
    if (!shown?.erased && !shown?.messages?.length) refuse("file");
    const { origin, messages, promise } = shown;
    const promised =
      promise && (await kept(promise, firstLine(secret, messages), origin, keys.intake, spare));
    if (promised) told.push(["promised", promised]);
    const { sealed, lines } = await sealedLines(checkpoint, entries, keys.policy, spare);
    if (origin !== sealed.origin) refuse("origin");
    told.push(["sealed", sealed.size], ["witnesses", sealed.witnesses]);
    const events = eventsOf(secret, shown, lines, promised, today);
    return [...told, ...events, [verdictOf(events)]];
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return [...told, [error.message], [MISTAKEN.includes(error.message) ? "again" : "bad"]];
  }
};
