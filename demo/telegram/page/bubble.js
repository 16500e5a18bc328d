// One bubble: a message, or the messages of one album.

import { exampleAddress, fileAddress } from "./api.js";
import { formatted } from "./formatting.js";
import { clock, listed, size, told } from "./texts.js";

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// Words of somebody else's, which go by their own direction.
function words(tag, className, ...children) {
  const element = make(tag, className, ...children);
  element.dir = "auto";
  return element;
}

// `phone` knows whose phone it is and what to do: userId, command(text), press(message, button, element),
// reply(message), react(message, emoji), open(address). `reactions` is how many there are of each emoji.
export function bubble(messages, phone, reactions = {}) {
  const [first] = messages;
  if (serviceText(first)) return words("p", "service", serviceText(first));
  const mine = first.from.id === phone.userId;
  const box = words("article", `bubble ${mine ? "mine" : "theirs"}`); // by its text: all else in it has its own
  if (!mine && !first.from.is_bot) box.append(words("p", "sender", first.from.first_name));
  if (first.reply_to_message) box.append(quote(first.reply_to_message));
  const photos = messages.filter((message) => message.photo);
  if (photos.length) box.append(gallery(photos, phone));
  if (photos.length === 1) box.style.width = `${shownWidth(photos[0].photo.at(-1)) + 8}px`;
  for (const message of messages) if (message.document) box.append(file(message.document, phone));
  const spoken = messages.find((message) => message.text || message.caption);
  if (spoken) {
    const entities = spoken.entities ?? spoken.caption_entities;
    box.append(make("span", "text", formatted(spoken.text ?? spoken.caption, entities, phone.command)));
  }
  const time = clock(first.date);
  const edited = messages.some((message) => message.edit_date);
  box.append(make("span", "time", make("bdi", "", edited ? told("edited", { time }) : time)));
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
    image.alt = told("photo");
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
  const link = words("a", "file");
  link.href = fileAddress(document_.file_id);
  link.download = document_.file_name ?? "";
  const name = document_.file_name ?? told("file");
  if (document_.thumbnail) {
    const image = make("img", "file-icon");
    image.src = fileAddress(document_.thumbnail.file_id);
    image.alt = "";
    link.append(image);
  } else {
    link.append(make("span", "file-icon", name.split(".").at(-1).slice(0, 4)));
  }
  link.append(make("span", "file-name", name, make("small", "", size(document_.file_size))));
  return link;
}

function quote(message) {
  const what = message.text ?? message.caption ?? told(message.photo ? "photo" : "file");
  return make("div", "quote", words("strong", "", message.from.first_name), words("span", "", what));
}

function buttons(message, keyboard, phone) {
  const box = make("div", "keyboard");
  for (const row of keyboard) {
    const line = make("div", "keyboard-row");
    for (const button of row) {
      const element = words(button.url ? "a" : "button", "key", button.text);
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
  const button = make("button", "reply-to");
  button.setAttribute("aria-label", told("reply_to_message"));
  button.type = "button";
  button.title = told("reply");
  button.addEventListener("click", () => phone.reply(message));
  return button;
}

function thumbs(message, phone) {
  const box = make("div", "thumbs");
  box.dir = "ltr";
  for (const [emoji, name] of [["👍", told("thumbs_up")], ["👎", told("thumbs_down")]]) {
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
  const names = listed((message.new_chat_members ?? []).map((user) => user.first_name));
  if (message.group_chat_created) return told("group_created", { name: message.from.first_name });
  if (names) return told("joined", { names });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return told("supergroup");
  return "";
}

export function examples(names, onPick) {
  const grid = make("div", "examples");
  for (const name of names) {
    const image = make("img");
    image.src = exampleAddress(name);
    image.alt = told("send_example", { name });
    image.loading = "lazy";
    const button = make("button", "example", image);
    button.type = "button";
    button.addEventListener("click", () => onPick(name));
    grid.append(button);
  }
  return grid;
}
