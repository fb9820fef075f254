import { eventToHotkeyString, install, uninstall } from "../vendor/hotkey.js";

/* data-hotkey="n" on a control. A key with Control also works in every field of the control's form,
   or, with data-hotkey-scope, in the field it names. */
const installed = new Set();
let listening = false;

const changes = () => {
  try {
    return JSON.parse(document.body.dataset.hotkeyChanges || "{}");
  } catch {
    return {};
  }
};

const isSingle = (key) => !/(Control|Meta|Alt|Mod)\+/.test(key);

/* On many keyboards "/" and "?" need Shift, so both spellings are accepted. */
const spellings = (key) => (/^[^\p{L}\p{N}\s]$/u.test(key) ? `${key},Shift+${key}` : key);

export const startHotkeys = (root) => {
  listen();
  for (const element of installed) {
    if (element.isConnected) continue;
    uninstall(element);
    installed.delete(element);
  }
  const changed = changes();
  const off = document.body.dataset.shortcuts === "off";
  for (const element of root.querySelectorAll("[data-hotkey]")) {
    if (installed.has(element)) continue;
    const key = changed[element.dataset.hotkey] ?? element.dataset.hotkey;
    if (!key || (off && isSingle(key))) {
      element.removeAttribute("aria-keyshortcuts");
      hint(element)?.remove();
      continue;
    }
    if (key !== element.dataset.hotkey) rename(element, key);
    install(element, key.split(",").map(spellings).join(","));
    installed.add(element);
  }
};

/* After the library's own listener, which leaves fields without a scope alone. */
const listen = () => {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !event.target.form) return;
    const key = eventToHotkeyString(event);
    if (isSingle(key)) return;
    const control = [...event.target.form.querySelectorAll("[data-hotkey]")].find(({ dataset }) => dataset.hotkey === key);
    if (!control || control.dataset.hotkeyScope === event.target.id) return;
    event.preventDefault();
    control.click();
  });
};

const hint = (element) => element.querySelector("kbd") ?? element.parentElement?.querySelector(":scope > kbd");

const rename = (element, key) => {
  element.dataset.hotkey = key;
  element.setAttribute("aria-keyshortcuts", key);
  const shown = hint(element);
  if (shown) shown.textContent = shownKey(key);
};

export const shownKey = (key) => (key.length === 1 ? key.toUpperCase() : key.replace("Control+", "Ctrl ").replace("Enter", "↵"));

/* What the `?` sheet lists: the keys of this page, as they are now. */
export const shortcuts = () =>
  [...installed]
    .filter((element) => element.isConnected && !element.closest("dialog:not([open])"))
    .map((element) => ({ key: element.dataset.hotkey, label: labelOf(element) }))
    .filter(({ label }) => label);

const labelOf = (element) => {
  if (element.dataset.hotkeyLabel) return element.dataset.hotkeyLabel;
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  if (element.labels?.length) return element.labels[0].textContent.trim();
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, .count")) extra.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};
