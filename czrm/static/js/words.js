/* The page carries the translated words; {name} is replaced. */
export const words = (name, values = {}) => {
  const text = document.getElementById("words")?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
};

export const announce = (text) => {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
};

export const clock = (moment) => {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  const format = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return date.toLocaleString(document.documentElement.lang, format);
};
