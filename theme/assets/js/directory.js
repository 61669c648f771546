// The directory, narrowed to the windows in which all words stand. Nothing is sent, and no word
// gets into an address. Without this the page lists everything, by region and by kind.
"use strict";
(() => {
  const place = document.querySelector("[data-find]");
  if (!place) return;
  const field = place.querySelector("input");
  const status = place.querySelector("[role=status]");
  const browse = document.querySelector(".browse");

  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const groups = [...document.querySelectorAll("[data-group]")].map((group) => {
    const about = [...group.children].filter((part) => part.tagName !== "UL");
    const said = about.map((part) => part.textContent).join(" ");
    const cards = [...group.querySelectorAll("li")].map((card) => ({
      card,
      text: plain(`${said} ${card.textContent}`),
    }));
    return { group, cards };
  });

  const show = () => {
    const words = plain(field.value).split(/[\s,、;]+/).filter(Boolean);
    let found = 0;
    for (const { group, cards } of groups) {
      let here = 0;
      for (const { card, text } of cards) {
        card.hidden = !words.every((word) => text.includes(word));
        here += !card.hidden;
      }
      group.hidden = here === 0;
      found += here;
    }
    browse.hidden = words.length > 0;
    const said = found ? status.dataset.found.replace("{n}", found) : status.dataset.none;
    status.textContent = words.length ? said : "";
  };

  field.addEventListener("input", show);
  place.hidden = false;
  show(); // a browser that goes back may have kept the words
})();
