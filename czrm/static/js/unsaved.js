/* <form data-warn-unsaved>: leaving with changes asks first. Fields with drafts are safe already. */
const dirty = new Set();

export const startUnsaved = () => {
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("form[data-warn-unsaved]");
    if (form && !target.matches("[data-draft]")) dirty.add(form);
  });
  document.addEventListener("submit", ({ target }) => dirty.delete(target));
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });
};
