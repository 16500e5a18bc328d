// One person's phone: its chats, what comes in, what goes out.

import * as api from "./api.js";
import { examples, make } from "./bubble.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { told } from "./texts.js";
import { welcome } from "./welcome.js";

const STATUS = { upload_photo: "sending_photo", upload_document: "sending_file" };
// What people may do about what the server refuses, by how the server says it.
const REFUSED = {
  "too long for one message": "too_long",
  "this button is not there any more": "button_gone",
  "send it as a file instead": "no_photo",
};

export class Phone {
  constructor(person, stage) {
    this.person = person;
    this.userId = person.id;
    this.stage = stage; // bot, examples, group, openGroup(), open(address), alert(text)
    this.cursor = 0;
    this.chats = new Map();
    this.pressed = new Map(); // callback query id -> the button that waits
    this.reacted = new Map(); // message id -> the emoji this person has put on it
    this.open = stage.open;
    this.command = (text) => this.say(text);
    this.sendExample = this.sendExample.bind(this);
    this.element = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.element.id = `phone-${person.role}`;
    this.element.setAttribute("aria-label", told("phone", { name: person.name }));
    this.part = (name) => this.element.querySelector(`.${name}`);
    this.part("owner").textContent = told(`owner_${person.role}`, { name: person.name });
    this.part("swap").addEventListener("click", () => this.swap());
    this.part("tray-examples").append(examples(stage.examples, this.sendExample));
    const scroll = this.part("scroll");
    scroll.addEventListener("scroll", () => this.chats.get(this.chatId).scrolled(scroll));
    new ResizeObserver(() => this.chats.get(this.chatId).pinned && this.chats.get(this.chatId).toEnd()).observe(scroll);
    this.part("mini-app").href = api.miniAppAddress(person.id);
    this.part("mini-app").title = told("opens_pages", { name: person.name });
    this.composer = new Composer(this);
    this.show(person.id);
  }

  chat(id) {
    if (!this.chats.has(id)) {
      const role = id === this.userId ? this.person.role : "group";
      const chat = new Chat(this, welcome(role, this.stage, this));
      chat.onTyping = () => id === this.chatId && this.status();
      this.chats.set(id, chat);
    }
    return this.chats.get(id);
  }

  show(id) {
    this.chatId = id;
    const chat = this.chat(id);
    const title = id === this.userId ? this.stage.bot.first_name : this.stage.group.title;
    this.part("bar-title").replaceChildren(make("bdi", "", title));
    this.part("scroll").replaceChildren(chat.list);
    this.element.classList.toggle("in-group", id !== this.userId);
    this.part("swap").classList.remove("news");
    this.showMiniApp();
    this.status();
    chat.toEnd();
  }

  status() {
    const waiting = !this.chats.get(this.chatId)?.typing.hidden;
    const idle = this.chatId === this.userId ? "bot" : "whole_family";
    this.part("bar-status").textContent = told(this.offline ? "connecting" : waiting ? (this.doing ?? "typing") : idle);
  }

  // In private chats a bot may have its pages opened from beside the text field.
  showMiniApp() {
    const button = this.menuButton;
    this.part("mini-app").hidden = button?.type !== "web_app" || this.chatId !== this.userId;
    this.part("mini-app-text").textContent = button?.text ?? "";
  }

  async swap() {
    if (this.chatId === this.userId) await this.try(() => this.stage.openGroup());
    this.show(this.chatId === this.userId ? this.stage.group.id : this.userId);
  }

  async listen() {
    for (;;) {
      try {
        await this.read();
      } catch {
        this.offline = true;
        this.status();
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
    }
  }

  async read() {
    const joined = await api.join(this.person);
    if (joined.cursor < this.cursor) location.reload(); // the server was started anew
    this.offline = false;
    this.menuButton = joined.menu_button;
    this.showMiniApp();
    this.status();
    const past = joined.cursor;
    for (;;) {
      const wait = this.cursor < past ? 0 : 25;
      const news = await api.events(this.userId, this.cursor, wait);
      this.cursor = wait ? news.cursor : Math.max(news.cursor, past);
      for (const event of news.events) this.take(event, event.cursor > past);
    }
  }

  take(event, live) {
    const chat = this.chat(event.chat_id);
    if (event.kind === "reactions") chat.react(event.message_id, event.reactions);
    else if (event.kind === "message" || event.kind === "edit") {
      chat.take(event.message);
      if (event.asks && live) this.composer.answer(event.asks, event.message);
      if (event.chat_id !== this.chatId && live) this.part("swap").classList.add("news");
    } else if (event.kind === "delete") chat.remove(event.message_id);
    else if (event.kind === "action" && live) {
      this.doing = STATUS[event.action];
      chat.act(true);
      chat.toEnd();
    } else if (event.kind === "answer") this.answered(event, live);
    else if (event.kind === "menu_button" && live) {
      this.menuButton = event.menu_button;
      this.showMiniApp();
    }
  }

  answered(event, live) {
    this.pressed.get(event.callback_query_id)?.classList.remove("waiting");
    this.pressed.delete(event.callback_query_id);
    if (event.text && live) event.show_alert ? this.stage.alert(event.text) : this.toast(event.text);
  }

  toast(text) {
    const box = this.part("toast");
    box.replaceChildren(make("span", "", text));
    box.firstChild.dir = "auto";
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => box.replaceChildren(), 4000);
  }

  async press(message, button, element) {
    element.classList.add("waiting");
    const query = await this.try(() => api.press(this.userId, this.chatId, message.message_id, button.callback_data));
    if (query) this.pressed.set(query, element);
    else element.classList.remove("waiting");
  }

  // Tapped once more it is taken back.
  async react(message, emoji) {
    const id = message.message_id;
    const reaction = this.reacted.get(id) === emoji ? [] : [emoji];
    if (await this.try(() => api.react(this.userId, this.chatId, id, reaction))) this.reacted.set(id, reaction[0]);
  }

  reply(message) {
    this.composer.replyTo(message);
  }

  say(text) {
    return this.try(() => api.say(this.userId, this.chatId, text, this.composer.takeReply()));
  }

  async sendExample(name) {
    const content = await (await fetch(api.exampleAddress(name))).blob();
    return this.send("photo", [new File([content], name, { type: content.type })], this.composer.takeText());
  }

  send(kind, files, caption) {
    this.composer.closeAll();
    return this.try(() => api.send(this.userId, this.chatId, kind, files, caption, this.composer.takeReply()));
  }

  async try(action) {
    try {
      return (await action()) ?? true;
    } catch (error) {
      this.toast(whyNot(error));
      return null;
    }
  }
}

function whyNot(error) {
  if (error instanceof TypeError) return told("nobody_answers"); // which is how fetch says it
  const known = Object.keys(REFUSED).find((words) => error.message.includes(words));
  return known ? told(REFUSED[known]) : told("failed", { why: error.message });
}
