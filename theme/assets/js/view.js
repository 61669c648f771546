// The view that the reader chose on this device: colours, and large type. It stands before the
// style sheet, so that the first paint is right. Nothing is sent; without this script the two
// fields change the page on which they stand.
"use strict";
(() => {
  const view = () => {
    try {
      return localStorage.getItem("view") || "";
    } catch {
      return ""; // a browser that keeps nothing: the choice holds for the page
    }
  };
  // Only what differs is set: each change makes the browser style the whole page again.
  const show = (chosen) => {
    const { dataset } = document.documentElement;
    if (dataset.view !== chosen) dataset.view = chosen;
  };
  const fields = () => [document.getElementById("tone"), document.getElementById("elder")];

  show(view());
  addEventListener("change", (event) => {
    const [tone, elder] = fields();
    if (event.target !== tone && event.target !== elder) return;
    const chosen = `${tone.value} ${elder.checked ? "elder" : ""}`.trim();
    show(chosen);
    try {
      localStorage.setItem("view", chosen);
    } catch {
      // as above
    }
  });
  // Also when the browser comes back to a page, or has filled in its fields by itself.
  addEventListener("pageshow", () => {
    const words = view().split(" ");
    const [tone, elder] = fields();
    const chosen = [...tone.options].map((one) => one.value).find((one) => one && words.includes(one)) || "";
    if (tone.value !== chosen) tone.value = chosen;
    if (elder.checked !== words.includes("elder")) elder.checked = !elder.checked;
    show(words.join(" "));
  });
})();
