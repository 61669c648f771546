// Narrows the finder's one page by everyday words. The page brings all doors with the words by
// which people call their matter; what is typed is held against them here, and stays here.
"use strict";
(() => {
  const MOST = 6; // doors at once: more do not narrow anything
  const place = document.querySelector(".find");
  if (!place) return;
  const [field, status, list] = ["input", "[role=status]", "ul"].map((name) =>
    place.querySelector(name),
  );
  const tree = document.querySelector(".tree");

  const letters = (words) => words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const ends = [...tree.querySelectorAll("a.end")].map((link) => {
    const [answer, door] = ["strong", "span"].map((name) => link.querySelector(name).textContent);
    const words = [...link.dataset.words.split(";"), answer, door].map(letters);
    return { link, words: [...new Set(words)] };
  });

  // How much of what was typed a door knows: its words that were typed, or that hold what was.
  const likeness = (typed, words) =>
    words.reduce((sum, word) => {
      if (typed.includes(word)) return sum + 2 * word.length;
      return word.includes(typed) ? sum + typed.length : sum;
    }, 0);

  const alike = (parts) =>
    ends
      .map((end) => ({
        link: end.link,
        score: parts.reduce((sum, part) => sum + likeness(part, end.words), 0),
      }))
      .filter((end) => end.score)
      .sort((one, other) => other.score - one.score)
      .slice(0, MOST);

  const show = () => {
    const parts = field.value.split(/\s+/).map(letters).filter(Boolean);
    const found = alike(parts);
    const words = found.length ? place.dataset.found : place.dataset.none;
    status.textContent = parts.length ? words.replace("{count}", found.length) : "";
    list.replaceChildren(
      ...found.map(({ link }) => {
        const item = document.createElement("li");
        item.append(link.cloneNode(true));
        return item;
      }),
    );
    tree.hidden = found.length > 0;
  };

  field.addEventListener("input", (event) => event.isComposing || show());
  field.addEventListener("compositionend", show);
  place.hidden = false;
  show();
})();
