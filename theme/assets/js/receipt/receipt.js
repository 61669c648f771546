// A receipt: its code, its promise, and what the log must hold under it.
import { commitmentOf, eventsOf, labelOf, verdictOf } from "./events.js";
import { hex, sha256 } from "./hash.js";
import { readEntries, rootOf } from "./log.js";
import { openCheckpoint, openNote, readKey, readPolicy, refuse, Wrong } from "./notes.js";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
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

const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
const isTold = (message) => message && (!message.v || isDay(message.date));
const isReceipt = ({ messages, erased }) =>
  erased ? isDay(erased) : Array.isArray(messages) && messages.length && messages.every(isTold);

// Until when this line was promised; nothing where none of these keys signed the promise.
const kept = async (note, line, vkeys, spare) => {
  const opened = openNote(note, vkeys.map(readKey), spare);
  const { body, signers } = await opened.catch((error) => {
    throw ["form", "signature"].includes(error.message) ? new Wrong("promise") : error;
  });
  const [key] = signers;
  if (!key) return "";
  const [place, , deadline, entry] = body.split("\n");
  if (place !== `${key.name.replace(/\/intake$/, "")}/receipt` || !isDay(deadline)) refuse("promise");
  return entry === line ? deadline : refuse("promised-other");
};

// The whole log, held against the key that signs it.
const sealedLines = async (checkpoint, entries, policy, spare) => {
  const sealed = await openCheckpoint(checkpoint, readPolicy(policy), spare);
  const lines = readEntries(entries, sealed.size);
  return sealed.root === rootOf(lines) ? { sealed, lines } : refuse("root");
};

const firstLine = (secret, [message]) =>
  `event/1 ${labelOf(secret, 0)} ${commitmentOf(secret, 0, message)}`;

// Also those that sign no more.
const intakeKeys = (lines) => lines.flatMap((line) => /^key\/1 intake (.+)/.exec(line)?.[1] ?? []);

// All that can be told of a receipt, as [id of a sentence, number] pairs; the last is the verdict.
// `shown` is {origin, messages, promise, erased, words}; `today` YYYY-MM-DD; `spare` the address
// of a program for Ed25519.
export const checkReceipt = async ({ code, shown, checkpoint, entries, keys, today, spare }) => {
  const told = [];
  try {
    const secret = readCode(code);
    if (!isReceipt(shown ?? {})) refuse("file");
    const { origin, messages, promise } = shown;
    const due = (vkeys) => promise && kept(promise, firstLine(secret, messages), vkeys, spare);
    let promised = await due([keys.intake]);
    if (promised) told.push(["promised", promised]);
    const { sealed, lines } = await sealedLines(checkpoint, entries, keys.policy, spare);
    if (origin !== sealed.origin) refuse("origin");
    if (promise && !promised) {
      promised = (await due(intakeKeys(lines))) || refuse("promise");
      told.push(["promised", promised]);
    }
    told.push(["sealed", sealed.size], ["witnesses", sealed.witnesses]);
    const events = eventsOf(secret, shown, { origin, lines, promised, today });
    return [...told, ...events, [verdictOf(events)]];
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return [...told, [error.message], [MISTAKEN.includes(error.message) ? "again" : "bad"]];
  }
};
