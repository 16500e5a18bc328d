// One bubble: a message, or the messages of one album.

import { exampleAddress, fileAddress } from "./api.js";
import { formatted } from "./formatting.js";

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// `phone` knows whose phone it is and what to do: userId, command(text), press(message, button, element),
// reply(message), react(message, emoji), open(address). `reactions` is how many there are of each emoji.
export function bubble(messages, phone, reactions = {}) {
  const [first] = messages;
  if (serviceText(first)) return make("p", "service", serviceText(first));
  const mine = first.from.id === phone.userId;
  const box = make("article", `bubble ${mine ? "mine" : "theirs"}`);
  if (!mine && !first.from.is_bot) box.append(make("p", "sender", first.from.first_name));
  if (first.reply_to_message) box.append(quote(first.reply_to_message));
  const photos = messages.filter((message) => message.photo);
  if (photos.length) box.append(gallery(photos, phone));
  if (photos.length === 1) box.style.width = `${shownWidth(photos[0].photo.at(-1)) + 8}px`;
  for (const message of messages) if (message.document) box.append(file(message.document, phone));
  const told = messages.find((message) => message.text || message.caption);
  if (told) {
    const text = make("div", "text");
    text.dir = "auto";
    text.append(
      formatted(told.text ?? told.caption, told.entities ?? told.caption_entities, phone.command),
    );
    box.append(text);
  }
  const edited = messages.some((message) => message.edit_date) ? "edited " : "";
  box.append(make("span", "time", `${edited}${clock(first.date)}`));
  const row = make("div", `row ${mine ? "mine" : "theirs"}`, box);
  row.dataset.message = String(first.message_id);
  box.append(replyButton(first, phone));
  if (first.from.is_bot) box.append(thumbs(first, phone));
  const put = Object.entries(reactions);
  if (put.length) row.append(make("div", "reactions", ...put.map(([emoji, count]) => make("span", "", `${emoji} ${count}`))));
  const keyboard = messages.at(-1).reply_markup?.inline_keyboard;
  if (keyboard) row.append(buttons(messages.at(-1), keyboard, phone));
  return row;
}

function gallery(messages, phone) {
  const grid = make("div", `gallery count-${Math.min(messages.length, 4)}`);
  for (const { photo } of messages) {
    const shown = photo.find((size) => Math.max(size.width, size.height) >= 800) ?? photo.at(-1);
    const image = make("img");
    image.src = fileAddress(shown.file_id);
    image.width = shown.width;
    image.height = shown.height;
    image.alt = "Photo";
    const opener = make("button", "photo", image);
    opener.type = "button";
    opener.addEventListener("click", () => phone.open(fileAddress(photo.at(-1).file_id)));
    grid.append(opener);
  }
  return grid;
}

// The room is taken before the picture has come, so that nothing jumps.
const shownWidth = ({ width, height }) => Math.round(Math.max(230, Math.min(400, (330 * width) / height)));

function file(document_, phone) {
  const link = make("a", "file");
  link.href = fileAddress(document_.file_id);
  link.download = document_.file_name ?? "file";
  const size = document_.file_size;
  const readable = size > 1048576 ? `${(size / 1048576).toFixed(1)} MB` : `${Math.ceil(size / 1024)} KB`;
  if (document_.thumbnail) {
    const image = make("img", "file-icon");
    image.src = fileAddress(document_.thumbnail.file_id);
    image.alt = "";
    link.append(image);
  } else {
    link.append(make("span", "file-icon", (document_.file_name ?? "file").split(".").at(-1).slice(0, 4)));
  }
  link.append(
    make("span", "file-name", document_.file_name ?? "file", make("small", "", readable)),
  );
  return link;
}

function quote(message) {
  const what = message.text ?? message.caption ?? (message.photo ? "Photo" : "File");
  return make("div", "quote", make("strong", "", message.from.first_name), make("span", "", what));
}

function buttons(message, keyboard, phone) {
  const box = make("div", "keyboard");
  for (const row of keyboard) {
    const line = make("div", "keyboard-row");
    for (const button of row) {
      const element = make(button.url ? "a" : "button", "key", button.text);
      if (!button.url) {
        element.type = "button";
        element.addEventListener("click", () => phone.press(message, button, element));
      } else if (/^https?:/i.test(button.url)) {
        Object.assign(element, { href: button.url, target: "_blank", rel: "noopener noreferrer" });
      }
      line.append(element);
    }
    box.append(line);
  }
  return box;
}

function replyButton(message, phone) {
  const button = make("button", "reply-to", make("span", "sr", "Reply to this message"));
  button.type = "button";
  button.title = "Reply";
  button.addEventListener("click", () => phone.reply(message));
  return button;
}

function thumbs(message, phone) {
  const box = make("div", "thumbs");
  for (const [emoji, name] of [["👍", "Thumbs up"], ["👎", "Thumbs down"]]) {
    const button = make("button", "thumb", emoji);
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", () => phone.react(message, emoji));
    box.append(button);
  }
  return box;
}

function serviceText(message) {
  const names = (message.new_chat_members ?? []).map((user) => user.first_name).join(", ");
  if (message.group_chat_created) return `${message.from.first_name} created the group`;
  if (names) return `${names} joined`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return "The group became a supergroup";
  return "";
}

export function examples(names, onPick) {
  const grid = make("div", "examples");
  for (const name of names) {
    const image = make("img");
    image.src = exampleAddress(name);
    image.alt = `Send the example ${name}`;
    image.loading = "lazy";
    const button = make("button", "example", image);
    button.type = "button";
    button.addEventListener("click", () => onPick(name));
    grid.append(button);
  }
  return grid;
}
