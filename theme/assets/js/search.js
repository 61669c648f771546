// Searches by the index that yanlu.website.search makes. Nothing is loaded before it is used;
// what is typed stays here: a server sees only which parts of the index are fetched.
"use strict";
(() => {
  const place = document.querySelector("[data-search]");
  if (!place) return;
  const { search, root, found, none, busy, short, failed } = place.dataset;
  const [form, field, status, list, more] = ["form", "input", "[role=status]", "ol", ".more"].map(
    (name) => place.querySelector(name),
  );
  const RUN = /[\p{L}\p{M}\p{N}]+/gu;
  const WORD = /[^\u3005\u3007\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]{2,}/gu; // none is Han
  let index, pageOf, turn;

  const get = async (name) => {
    const [mark, cache] = index ? [`?v=${index.version}`, "default"] : ["", "no-cache"];
    const answer = await fetch(`${search}${name}.json${mark}`, { cache });
    if (!answer.ok) throw Error(name);
    return answer.json();
  };
  const numbers = (text) => {
    const all = [];
    let [last, unit] = [-1, 1];
    for (const letter of text) {
      const digit = letter.charCodeAt() - 35;
      last += (digit % 28) * unit;
      unit = digit < 28 ? all.push(++last) && 1 : unit * 28;
    }
    return all;
  };
  // In lower case and half width; a number in groups (12 566) is one number.
  const folded = (text) =>
    text.replace(/(\d)\u202f(?=\d)/g, "$1").normalize("NFKC").toLowerCase();
  const pieces = (run) => {
    const letters = [...run];
    const pairs = letters.slice(1).map((letter, at) => letters[at] + letter);
    return pairs.filter((pair) => !pair.match(WORD)).concat(run.match(WORD) ?? []);
  };
  // In which parts of pages a piece stands: anywhere, in a title, in a heading.
  const parts = async (piece) => {
    const hash = [...piece].reduce((sum, letter) => (sum * 257 + letter.codePointAt()) % 65521, 0);
    const shard = await get(`s/${hash % index.shards}`);
    const lists = Object.hasOwn(shard, piece) ? shard[piece].split(" ") : [];
    return [0, 1, 2].map((kind) => new Set(numbers(lists[kind] ?? "")));
  };
  const both = (one, other) => new Set([...one].filter((part) => other.has(part)));
  const pagesWith = async (run) => {
    const each = await Promise.all(pieces(run).map(parts));
    const [all, titles, heads] = [0, 1, 2].map((kind) => each.map((own) => own[kind]).reduce(both));
    const pages = new Map();
    for (const part of all) {
      const page = pageOf[part];
      const hit = pages.get(page) ?? { page, run, score: 0, parts: [] };
      hit.score = Math.max(hit.score, titles.has(part) ? 1e3 : heads.has(part) ? 99 : 0) + 1;
      hit.parts[heads.has(part) ? "unshift" : "push"](part);
      pages.set(page, hit);
    }
    return pages;
  };
  const find = async (runs) => {
    const each = await Promise.all(runs.map(pagesWith));
    const score = ({ page }) => each.reduce((sum, pages) => sum + pages.get(page).score, 0);
    return [...each[0].values()]
      .filter(({ page }) => each.every((pages) => pages.has(page)))
      .sort((one, other) => score(other) - score(one) || one.page - other.page);
  };

  const make = (name, ...inside) => {
    const element = document.createElement(name);
    element.append(...inside);
    return element;
  };
  // An entry, where on the page the letters really stand one after the other.
  const entry = async ({ run, parts }, marks) => {
    for (const part of parts) {
      const [address, title, section, text] = await get(`t/${part}`);
      if (!folded(`${title}\n${text}`).includes(run)) continue;
      const at = Math.max(0, text.search(marks));
      const from = Math.max(text.lastIndexOf("\n", at) + 1, at - 30);
      const words = text.slice(from, from + 100).split(marks);
      const link = make("a", title);
      link.href = root + address;
      const told = words.map((word, odd) => (odd % 2 ? make("mark", word) : word));
      return make("li", link, make("span", section), make("p", ...told, text[from + 100] ? "…" : ""));
    }
  };
  // The next ten; where none of them stands, those after them.
  const show = async (mine) => {
    const { hits, marks } = mine;
    let entries = [];
    while (mine === turn && hits.length && !entries.length) {
      const looked = await Promise.all(hits.splice(0, 10).map((hit) => entry(hit, marks)));
      entries = looked.filter(Boolean);
    }
    if (mine !== turn) return;
    list.append(...entries);
    more.hidden = !hits.length;
    const count = list.children.length + hits.length;
    status.textContent = count ? found.replace("{n}", count) : none;
    return entries[0];
  };
  const answer = async (runs, mine) => {
    index ??= await get("index");
    pageOf ??= numbers(index.pages).flatMap((end, page, ends) =>
      Array(end - (ends[page - 1] ?? -1)).fill(page),
    );
    mine.hits = await find(runs);
    const spaced = runs.map((run) => [...run].join("\u202f?"));
    mine.marks = RegExp(`(${spaced.join("|")})`, "iu");
    return show(mine);
  };
  const tell = (doing, mine) =>
    doing.catch(() => {
      if (mine !== turn) return;
      index = pageOf = undefined; // the site may have been built anew
      status.textContent = failed;
    });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = folded(field.value).match(RUN) ?? [];
    const runs = typed.filter(([, second]) => second);
    turn = {};
    list.replaceChildren();
    more.hidden = true;
    status.textContent = runs.length ? busy : short;
    if (runs.length) tell(answer(runs, turn), turn);
  });
  more.addEventListener("click", () =>
    tell(show(turn).then((added) => added?.firstChild.focus()), turn),
  );
  place.hidden = false;
})();
