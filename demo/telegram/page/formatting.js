// Text with entities to DOM nodes. Nothing that anyone typed is ever read as HTML.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const SAFE = /^(https?|mailto|tg):/i;

// Offsets count UTF-16 units, which is what JavaScript's strings count too.
export function formatted(text, entities, onCommand) {
  const fragment = document.createDocumentFragment();
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, 0, text.length, sorted, onCommand);
  return fragment;
}

function fill(parent, text, begin, end, entities, onCommand) {
  let at = begin;
  while (entities.length && entities[0].offset < end) {
    const entity = entities.shift();
    if (entity.offset < at) continue;
    const stop = Math.min(entity.offset + entity.length, end);
    parent.append(text.slice(at, entity.offset));
    const element = elementFor(entity, text.slice(entity.offset, stop), onCommand);
    fill(element, text, entity.offset, stop, entities, onCommand);
    parent.append(element);
    at = stop;
  }
  parent.append(text.slice(at, end));
}

function elementFor(entity, covered, onCommand) {
  if (entity.type === "text_link" || entity.type === "url") return link(entity.url ?? covered);
  if (entity.type === "bot_command") return command(covered, onCommand);
  if (entity.type === "spoiler") return spoiler();
  return document.createElement(TAGS[entity.type] ?? "span");
}

function link(address) {
  const element = document.createElement(SAFE.test(address) ? "a" : "span");
  if (SAFE.test(address)) {
    element.href = address;
    element.target = "_blank";
    element.rel = "noopener noreferrer";
  }
  return element;
}

function command(text, onCommand) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "command";
  element.dir = "ltr"; // a sign before letters would be put behind them where one reads from the right
  element.addEventListener("click", () => onCommand(text));
  return element;
}

function spoiler() {
  const element = document.createElement("span");
  element.className = "spoiler";
  element.tabIndex = 0;
  const reveal = () => element.classList.add("revealed");
  element.addEventListener("click", reveal);
  element.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return element;
}
