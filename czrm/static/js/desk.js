import "../vendor/relative-time.js";
import { startCombobox } from "./combobox.js";
import { startCopying } from "./copy.js";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { startFeedback } from "./feedback.js";
import { startHotkeys } from "./hotkeys.js";
import { startLists } from "./lists.js";
import { startUnsaved } from "./unsaved.js";

/* Each of these may run again on a part that htmx has just brought in. */
const refresh = (root) => {
  startHotkeys(root);
  startCombobox(root);
  startDrafts(root);
};

startDialogs();
startCopying();
startFeedback();
startLists();
startUnsaved();
refresh(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) refresh(event.target);
});
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) window.print();
});
/* Who goes back finds the page as it was drawn, but not the contacts as they were. */
window.addEventListener("pageshow", ({ persisted }) => {
  const [visit] = performance.getEntriesByType("navigation");
  if (persisted || visit?.type === "back_forward") document.body.dispatchEvent(new Event("contacts-changed"));
});
