/* The portal works without this: it only spares a second click, moves the focus to errors, and prints. */
document.documentElement.classList.add("js");
document.querySelector("[data-autofocus]")?.focus();

document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 5000) return event.preventDefault();
  form.dataset.sent = Date.now();
});

document.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-print]")) window.print();
  target.closest("[data-dismiss]")?.closest(".alert")?.remove();
  const copy = target.closest("[data-copy]");
  if (!copy) return;
  await navigator.clipboard.writeText(copy.dataset.copy);
  for (const icon of copy.querySelectorAll("svg")) icon.toggleAttribute("hidden");
  document.getElementById("live").textContent = copy.dataset.copied;
});
