// Proof of work on the confirm page, while the writer reads it: from a busy address it earns
// the letter its place. Sending never waits for it; whatever fails here, nothing is said and
// the letter goes without. The challenge is ALTCHA's, version 2: scripts/yanlu/intake/web/work.py
"use strict";
(() => {
  const MOST = 20000; // tries, about 256 at the mean: a harder challenge may not drain a battery
  const AT_ONCE = 8;
  const field = document.querySelector("input[data-challenge]");
  const subtle = window.crypto && crypto.subtle; // missing where the page is not secure

  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) =>
    Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // A counter whose key begins as asked, and the key. Some tries at once: the browser derives
  // keys beside the page, and idles where each is waited for alone.
  const solve = async (asked) => {
    const [kind, hash] = asked.algorithm.split("/");
    const nonce = bytes(asked.nonce);
    const how = { name: kind, hash, salt: bytes(asked.salt), iterations: asked.cost };
    const attempt = async (counter) => {
      const password = new Uint8Array(nonce.length + 4);
      password.set(nonce);
      new DataView(password.buffer).setUint32(nonce.length, counter);
      const key = await subtle.importKey("raw", password, kind, false, ["deriveBits"]);
      return { counter, derivedKey: hex(await subtle.deriveBits(how, key, asked.keyLength * 8)) };
    };
    for (let first = 0; first < MOST; first += AT_ONCE) {
      const counters = Array.from({ length: AT_ONCE }, (_, next) => first + next);
      const found = (await Promise.all(counters.map(attempt))).find((one) =>
        one.derivedKey.startsWith(asked.keyPrefix),
      );
      if (found) return found;
    }
    throw new Error("too hard");
  };

  const work = async () => {
    const challenge = JSON.parse(field.dataset.challenge);
    const solution = await solve(challenge.parameters);
    field.value = btoa(JSON.stringify({ challenge, solution }));
  };

  if (field && subtle) work().catch(() => {});
})();
