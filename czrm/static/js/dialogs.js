import { shortcuts, shownKey } from "./hotkeys.js";

/* data-opens="id" opens a <dialog>; popovers are put beside their button; data-dismiss closes a message. */
export const startDialogs = () => {
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("htmx:load", ({ target }) => openNow(target));
  openNow(document);
};

const onClick = ({ target }) => {
  const opener = target.closest?.("[data-opens]");
  if (opener) return open(opener.dataset.opens);
  target.closest?.("[data-dismiss]")?.closest(".alert")?.remove();
  const closer = target.closest?.("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (target.matches?.("dialog.dialog")) target.close();
};

const open = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-shortcut-list]");
  if (list) list.replaceChildren(...sheet(list));
  dialog.showModal();
};

const openNow = (root) => {
  const dialog = root.matches?.("[data-open-now]") ? root : root.querySelector("[data-open-now]");
  if (dialog && !dialog.open) dialog.showModal();
};

const sheet = (list) => {
  const rows = shortcuts();
  if (document.querySelector("[data-list]") && document.body.dataset.shortcuts !== "off") {
    rows.push({ key: "j", label: list.dataset.wordsNext }, { key: "k", label: list.dataset.wordsPrevious });
  }
  return rows.map(({ key, label }) => {
    const row = document.createElement("li");
    const keys = document.createElement("kbd");
    keys.textContent = shownKey(key);
    row.append(label, keys);
    return row;
  });
};

const onToggle = ({ target, newState }) => {
  if (!target.matches?.(".popover") || newState !== "open") return;
  const button = document.querySelector(`[popovertarget="${target.id}"]`);
  if (!button) return;
  const place = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = target;
  const left = Math.min(Math.max(8, place.right - width), innerWidth - width - 8);
  const below = place.bottom + 6;
  const top = below + height > innerHeight - 8 ? Math.max(8, place.top - height - 6) : below;
  Object.assign(target.style, { margin: "0", inset: "auto", left: `${left}px`, top: `${top}px` });
};
