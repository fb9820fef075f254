import Combobox from "../vendor/combobox-nav.js";
import { announce, words } from "./words.js";

/* data-combobox="id of the listbox"; htmx fills it with role="option" rows (a link, or data-value and data-text). */
const started = new WeakSet();

export const startCombobox = (root) => {
  for (const input of root.querySelectorAll("[data-combobox]")) {
    const list = document.getElementById(input.dataset.combobox);
    if (list && !started.has(input)) connect(input, list);
  }
};

const connect = (input, list) => {
  started.add(input);
  const combobox = new Combobox(input, list, { firstOptionSelectionMode: "active", tabInsertsSuggestions: false });
  const show = () => {
    if (!list.querySelector('[role="option"]') || document.activeElement !== input) return;
    list.hidden = false;
    combobox.start();
  };
  const hide = () => {
    list.hidden = true;
    combobox.stop();
  };
  list.addEventListener("htmx:afterSwap", () => {
    hide();
    show();
    const count = list.querySelectorAll('[role="option"]:not([aria-disabled="true"])').length;
    announce(words("results", { count }));
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("combobox-commit", ({ target }) => choose(input, target, hide));
  input.addEventListener("focus", () => list.hidden && show());
  input.addEventListener("blur", hide);
  input.addEventListener("input", () => forget(input, hide));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (list.hidden) input.blur();
    hide();
    event.preventDefault();
  });
};

const valueOf = (input) => input.parentElement.querySelector("[data-combobox-value]");

const choose = (input, option, hide) => {
  if (option.matches("a[href]")) return;
  input.value = option.dataset.text ?? option.textContent.trim();
  const value = valueOf(input);
  if (value) {
    value.value = option.dataset.value ?? "";
    value.dispatchEvent(new Event("change", { bubbles: true }));
  }
  hide();
};

const forget = (input, hide) => {
  const value = valueOf(input);
  if (value) value.value = "";
  if (!input.value) hide();
};
