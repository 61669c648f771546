// c2sp.org/signed-note, and what stands in it: c2sp.org/tlog-checkpoint, tlog-cosignature.
import { hex, joined, sha256, utf8 } from "./hash.js";

const [NOTE, COSIGNATURE] = [1, 4];

export class Wrong extends Error {} // its message is the id of a sentence on the page

export const refuse = (what) => {
  throw new Wrong(what);
};

const unbase64 = (text, what) => {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4) refuse(what);
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
};

export const readKey = (vkey) => {
  const [, name, id, rest] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? refuse("key");
  const bytes = unbase64(rest, "key");
  const [kind, key] = [bytes[0], bytes.slice(1)];
  const own = hex(sha256(joined(utf8(`${name}\n`), bytes))).slice(0, 8);
  if (own !== id || key.length !== 32) refuse("key");
  return { name, id, kind, key };
};

// Whose word counts, and how many witnesses are enough: c2sp.org/tlog-policy.
export const readPolicy = (text) => {
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/));
  const of = (what) => rows.filter(([first]) => first === what).map(([, ...rest]) => rest);
  const count = (least, members) => ({ any: 1, all: members.length })[least] ?? Number(least);
  return {
    logs: of("log").map(([vkey]) => readKey(vkey)),
    witnesses: of("witness").map(([alias, vkey]) => ({ alias, ...readKey(vkey) })),
    groups: of("group").map(([alias, least, ...members]) => ({
      alias,
      members,
      least: count(least, members),
    })),
    quorum: of("quorum")[0]?.[0] ?? refuse("key"),
  };
};

const met = (alias, policy, signed) => {
  const group = policy.groups.find((one) => one.alias === alias);
  const own = (member) => met(member, policy, signed);
  return group ? group.members.filter(own).length >= group.least : signed.includes(alias);
};

// Ed25519 by the browser, or by the file that comes with the page.
const verified = async (key, signature, message, spare) => {
  const { subtle } = crypto; // only pages by https and from the disk have it
  if (!subtle) refuse("browser");
  try {
    const own = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", own, signature, message);
  } catch (error) {
    if (error.name !== "NotSupportedError") refuse("key");
    const { verifyAsync } = await import(spare);
    return verifyAsync(signature, message, key);
  }
};

const SIGNATURE = /^\u2014 (\S+) (\S+)$/;

const taken = (text) => {
  const end = text.lastIndexOf("\n\n");
  const lines = text.slice(end + 2).split("\n");
  if (end < 0 || lines.pop() !== "" || !lines.length) refuse("form");
  const signed = lines.map((line) => SIGNATURE.exec(line) ?? refuse("form"));
  return { body: text.slice(0, end + 1), signed };
};

// The text of a note, and which of these keys signed it. One bad signature spoils it.
export const openNote = async (text, keys, spare) => {
  const { body, signed } = taken(text);
  const signers = new Set();
  for (const [, name, written] of signed) {
    const bytes = unbase64(written, "form");
    const key = keys.find((k) => k.name === name && k.id === hex(bytes.slice(0, 4)));
    if (!key) continue;
    if (bytes.length !== (key.kind === NOTE ? 68 : 76)) refuse("signature");
    const time = new DataView(bytes.buffer).getBigUint64(4);
    const head = key.kind === COSIGNATURE ? `cosignature/v1\ntime ${time}\n` : "";
    const message = utf8(head + body);
    if (!(await verified(key.key, bytes.slice(-64), message, spare))) refuse("signature");
    signers.add(key);
  }
  return { body, signers };
};

const CHECKPOINT = /^([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n$/;

// A checkpoint that the log's key signed: whose, of how many lines, which root.
export const openCheckpoint = async (text, policy, spare) => {
  const { body, signers } = await openNote(text, [...policy.logs, ...policy.witnesses], spare);
  const [, origin, size, root] = CHECKPOINT.exec(body) ?? refuse("form");
  const log = policy.logs.find((key) => signers.has(key) && key.name === origin);
  if (!log) refuse("signature");
  const signed = policy.witnesses.filter((key) => signers.has(key)).map(({ alias }) => alias);
  if (policy.quorum !== "none" && !met(policy.quorum, policy, signed)) refuse("quorum");
  return { origin, size: Number(size), root, witnesses: signed.length };
};
