// The log: its lines, and the one root over all of them (RFC 6962, section 2.1).
import { base64, joined, sha256, utf8 } from "./hash.js";
import { refuse } from "./notes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const over = (left, right) => sha256(joined(NODE, left, right));

// The lines of entries.txt: an index, a tab, the line.
export const readEntries = (text, size) => {
  const lines = text.split("\n").slice(0, size);
  if (lines.length < size) refuse("short");
  return lines.map((line, at) => {
    const [index, entry] = line.split("\t");
    return index === String(at) && entry ? entry : refuse("short");
  });
};

// Subtrees of falling size; two of one size are joined at once.
export const rootOf = (entries) => {
  const trees = [];
  entries.forEach((entry, at) => {
    let tree = sha256(joined(LEAF, utf8(entry)));
    for (let rest = at; rest & 1; rest >>= 1) tree = over(trees.pop(), tree);
    trees.push(tree);
  });
  const empty = sha256(new Uint8Array());
  return base64(trees.length ? trees.reduceRight((right, left) => over(left, right)) : empty);
};

// Of every label the lines that stand under it.
export const byLabel = (entries) => {
  const found = new Map();
  for (const entry of entries) {
    const [kind, label, commitment] = entry.split(" ");
    if (kind !== "event/1") continue;
    found.set(label, [...(found.get(label) ?? []), commitment]);
  }
  return found;
};

export const lastDay = (entries) =>
  entries.filter((entry) => entry.startsWith("batch/1 ")).pop()?.split(" ")[1] ?? "";
