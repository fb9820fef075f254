import { clock, words } from "./words.js";

/* data-draft="case:CODE:reply" on a field keeps its text on this machine until it is sent, for a week at most.
   What the server put in the field is never overwritten without asking. */
const PREFIX = "czrm:draft:";
const WEEK = 7 * 24 * 3600 * 1000;
const started = new WeakSet();
let listening = false;

export const startDrafts = (root) => {
  if (!listening) listen();
  for (const field of root.querySelectorAll("[data-draft]")) {
    if (started.has(field)) continue;
    started.add(field);
    bringBack(field);
    let wait;
    field.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => save(field), 600);
    });
    field.addEventListener("blur", () => {
      clearTimeout(wait);
      if (field.value !== field.defaultValue) save(field);
    });
  }
};

const listen = () => {
  listening = true;
  forgetOld();
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[data-forgets-drafts]")) return everyKey().forEach((key) => localStorage.removeItem(key));
    if (!target.matches("[hx-post], [hx-put], [hx-patch]")) fieldsOf(target).forEach(markSent);
  });
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (detail.successful && detail.requestConfig.verb !== "get") fieldsOf(target).forEach(drop);
  });
};

const keyOf = (field) => `${PREFIX}${document.body.dataset.user ?? ""}:${field.dataset.draft}`;
const everyKey = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
const fieldsOf = (form) => [...(form.querySelectorAll?.("[data-draft]") ?? [])];
const statusOf = (field) => document.querySelector(`[data-draft-status="${CSS.escape(field.dataset.draft)}"]`);
const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const save = (field) => {
  if (!field.isConnected) return;
  if (!field.value.trim()) return drop(field);
  const at = Date.now();
  localStorage.setItem(keyOf(field), JSON.stringify({ text: field.value, at }));
  tell(field, words("draftSaved", { time: clock(at) }));
};

const drop = (field) => {
  localStorage.removeItem(keyOf(field));
  tell(field, "");
};

/* A sent draft is kept until the next page shows whether the server took it. */
const markSent = (field) => {
  const draft = read(keyOf(field));
  if (draft) localStorage.setItem(keyOf(field), JSON.stringify({ ...draft, text: field.value, sent: true }));
};

const bringBack = (field) => {
  const draft = read(keyOf(field));
  if (!draft || draft.text === field.value) return;
  if (draft.sent) return drop(field);
  const time = clock(draft.at);
  const use = () => put(field, draft.text, words("draftSaved", { time }));
  if (field.value) return tell(field, words("draftFound", { time }), [words("draftUse"), use], [words("draftDiscard"), () => drop(field)]);
  field.value = draft.text;
  const discard = () => {
    drop(field);
    put(field, "", "");
  };
  tell(field, words("draftRestored", { time }), [words("draftDiscard"), discard]);
};

const put = (field, text, status) => {
  field.value = text;
  field.focus();
  tell(field, status);
};

const tell = (field, text, ...choices) => {
  const buttons = choices.map(([label, action]) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link", textContent: label, onclick: action });
    return button;
  });
  statusOf(field)?.replaceChildren(text, ...buttons);
};

const forgetOld = () => {
  for (const key of everyKey()) {
    const draft = read(key);
    if (!draft || Date.now() - draft.at > WEEK) localStorage.removeItem(key);
  }
};
