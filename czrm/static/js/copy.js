import { announce } from "./words.js";

/* data-copy="text": copies it, ticks, and says so. */
export const startCopying = () => {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(button.dataset.copied ?? "");
    tick(button, true);
    setTimeout(() => tick(button, false), 1600);
  });
};

const tick = (button, done) => {
  for (const icon of button.querySelectorAll("svg")) icon.toggleAttribute("hidden", icon.classList.contains("done") !== done);
};
