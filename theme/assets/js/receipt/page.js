// Checks a receipt on the page: by itself where the office shows its answer, else when asked.
// The code stays in the page; the whole log is fetched, so that nobody learns which line counts.
import { checkReceipt, readCode } from "./receipt.js";

const place = document.querySelector("[data-verify]");
const { log, status, spare, policy, intake, shown } = place.dataset;
const [form, list] = ["form", "ul"].map((name) => place.querySelector(name));
const asked = form ?? document;

const line = ([what, number]) => {
  const words = place.querySelector(`[data-say="${what}"]`).cloneNode(true);
  words.textContent = words.textContent.replace("{}", number);
  return words;
};
const tell = (told) => {
  list.replaceChildren(...told.map(line));
  place.querySelector("[role=status]").replaceChildren(list.lastChild);
};

const fetched = async (address, body) => {
  const options = body && { method: "POST", body, headers: { Accept: "application/json" } };
  const answer = await fetch(address, { cache: "no-store", ...options });
  if (!answer.ok) throw TypeError(address); // as for a connection that failed
  return answer.text();
};

// Which file is which tells its content, not its name.
const kindOf = (text) => (text.startsWith("{") ? "shown" : text.startsWith("0\t") ? "entries" : "checkpoint");
const chosen = async () => {
  const files = [...(form?.elements.files?.files ?? [])];
  const texts = await Promise.all(files.map((file) => file.text()));
  return Object.fromEntries(texts.map((text) => [kindOf(text), text]));
};

const all = async (code) => {
  readCode(code); // a slip of the pen is told before anything is fetched
  const own = { shown, ...(await chosen()) };
  const online = location.protocol !== "file:";
  const missing = ["shown", "checkpoint", "entries"].find((what) => !own[what]);
  if (missing && !online) return [["files"], ["again"]];
  own.shown ||= await fetched(status, new URLSearchParams({ code }));
  own.checkpoint ||= await fetched(`${log}checkpoint`);
  own.entries ||= await fetched(`${log}entries.txt`);
  const today = new Date().toISOString().slice(0, 10);
  const given = { ...own, shown: JSON.parse(own.shown), code, keys: { policy, intake }, today, spare };
  return summed(await checkReceipt(given));
};

// What is right is told in one sentence, what is not in one each.
const summed = (told) => {
  const found = told.filter(([what]) => what === "found").length;
  const counts = ["sealed", "witnesses", "words"]; // others are steps
  const others = told.filter(([what, number]) => what !== "found" && (what !== "witnesses" || number));
  const numbered = others.map(([what, at]) => [what, at >= 0 && !counts.includes(what) ? at + 1 : at]);
  return [...(found ? [["found", found]] : []), ...numbered];
};

const check = async () => {
  tell([["busy"]]);
  try {
    tell(await all(asked.querySelector("[name=code]").value));
  } catch (error) {
    if (error.message === "code") tell([["code"], ["again"]]);
    else if (error instanceof TypeError) tell([["unreached"], ["again"]]);
    else if (error instanceof SyntaxError) tell([["file"], ["again"]]);
    else {
      tell([["file"], ["again"]]);
      throw error;
    }
  }
};

place.hidden = false;
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
if (!form) check();
