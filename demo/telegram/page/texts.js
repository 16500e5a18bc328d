// The page's own words, which come with it, in the language of whoever reads.

const texts = JSON.parse(document.getElementById("texts").textContent);
const { lang } = document.documentElement;

export const told = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (braces, key) => values[key] ?? braces);

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const listed = (names) => new Intl.ListFormat(lang).format(names);

export function size(bytes) {
  const [value, unit, digits] = bytes > 1048576 ? [bytes / 1048576, "megabyte", 1] : [Math.ceil(bytes / 1024), "kilobyte", 0];
  return value.toLocaleString(lang, { style: "unit", unit, maximumFractionDigits: digits });
}
