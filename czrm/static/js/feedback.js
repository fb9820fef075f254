import { announce, words } from "./words.js";

/* What the page says when a request fails, and where the focus goes after an error summary. */
export const startFeedback = () => {
  document.addEventListener("htmx:sendError", () => say("noConnection"));
  document.addEventListener("htmx:responseError", ({ detail }) => say(detail.xhr.status === 403 ? "notAllowed" : "failed"));
  document.addEventListener("htmx:load", ({ target }) => focusErrors(target));
  focusErrors(document);
};

const say = (name) => {
  const place = document.getElementById("messages");
  const text = words(name);
  announce(text);
  if (!place) return;
  const alert = document.createElement("div");
  alert.className = "alert danger";
  alert.append(text);
  place.replaceChildren(alert);
};

export const focusErrors = (root) => root.querySelector("[data-autofocus]")?.focus();
