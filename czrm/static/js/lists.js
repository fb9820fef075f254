import { announce, words } from "./words.js";

/* j and k walk the rows of [data-list], x ticks the one where the focus is; [data-check-all] ticks them; [data-bulk] shows while any is ticked. */
export const startLists = () => {
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onTick);
};

const onKey = (event) => {
  if (event.key === "x" && tickRow(event)) return event.preventDefault();
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts === "off") return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog")) return;
  const rows = [...document.querySelectorAll("[data-list] > tr, [data-list] > li, [data-row]")].filter(handle);
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
  handle(next).focus();
  event.preventDefault();
};

const tickRow = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts === "off") return false;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return false;
  const tick = event.target.closest("[data-list] > *")?.querySelector("[data-tick]");
  tick?.click();
  return Boolean(tick);
};

const handle = (row) => row.querySelector("a[href], button") ?? row.querySelector("input");

const onTick = ({ target }) => {
  if (!target.matches('input[type="checkbox"]')) return;
  const scope = target.closest("form, table, .panel") ?? document;
  const ticks = [...scope.querySelectorAll("[data-list] input[type=checkbox][name]")];
  if (target.matches("[data-check-all]")) for (const tick of ticks) tick.checked = target.checked;
  const count = ticks.filter((tick) => tick.checked).length;
  const bulk = document.querySelector("[data-bulk]");
  if (!bulk) return;
  bulk.hidden = !count;
  const text = words("chosen", { count });
  bulk.querySelector("[data-bulk-count]")?.replaceChildren(text);
  announce(text);
};
