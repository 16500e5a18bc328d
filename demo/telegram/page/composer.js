// Where a person writes, picks photos, replies and looks up commands.

import * as api from "./api.js";
import { make } from "./bubble.js";
import { told } from "./texts.js";

const ALBUM = 10;
const COMMANDS = ["start", "help"].map((command) => ({ command, description: told(`command_${command}`) }));
const replying = (text) => (text ? told("replying", { text }) : told("replying_to_photo"));

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.part = phone.part;
    this.field = phone.element.querySelector("textarea");
    this.field.placeholder = told("write");
    this.field.setAttribute("aria-label", told("write_as", { name: phone.person.name }));
    this.listen();
  }

  listen() {
    const on = (name, what, action) => this.part(name).addEventListener(what, action);
    on("composer", "submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.field.addEventListener("input", () => this.fit());
    this.field.addEventListener("paste", (event) => this.sendPictures(event, event.clipboardData.files));
    on("attach", "click", () => this.toggle("tray", "attach"));
    on("commands", "click", () => this.openCommands());
    on("pick-photos", "click", () => this.part("photos-input").click());
    on("pick-files", "click", () => this.part("files-input").click());
    on("photos-input", "change", () => this.picked("photo", "photos-input"));
    on("files-input", "change", () => this.picked("document", "files-input"));
    on("drop-reply", "click", () => this.takeReply());
    this.phone.element.addEventListener("keydown", (event) => event.key === "Escape" && this.closeAll());
    this.listenToDrops();
  }

  listenToDrops() {
    const { element } = this.phone;
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      element.classList.add("dropping");
    });
    element.addEventListener("dragleave", (event) => {
      if (!element.contains(event.relatedTarget)) element.classList.remove("dropping");
    });
    element.addEventListener("drop", (event) => {
      element.classList.remove("dropping");
      this.sendPictures(event, event.dataTransfer.files);
    });
  }

  fit() {
    this.field.rows = Math.min(this.field.value.split("\n").length, 5);
  }

  async submit() {
    const text = this.takeText();
    if (!text) return;
    this.closeAll();
    await this.phone.say(text);
  }

  sendPictures(event, files) {
    if (!files.length) return;
    event.preventDefault();
    this.deliver("photo", [...files]);
  }

  picked(kind, name) {
    const input = this.part(name);
    const files = [...input.files];
    input.value = "";
    if (files.length) this.deliver(kind, files);
  }

  takeText() {
    const text = this.field.value.trim();
    this.field.value = "";
    this.fit();
    return text;
  }

  // What is written becomes the caption; more than ten make several albums, as on a phone.
  async deliver(kind, files) {
    let caption = this.takeText();
    for (let at = 0; at < files.length; at += ALBUM) {
      await this.phone.send(kind, files.slice(at, at + ALBUM), caption);
      caption = "";
    }
  }

  replyTo(message) {
    this.reply = message.message_id;
    this.part("reply-text").textContent = replying(message.text ?? message.caption);
    this.part("reply-bar").hidden = false;
    this.field.focus();
  }

  takeReply() {
    const reply = this.reply;
    this.reply = undefined;
    this.part("reply-bar").hidden = true;
    return reply;
  }

  // The bot asked for a reply.
  answer(wanted, message) {
    this.replyTo(message);
    this.field.placeholder = wanted.input_field_placeholder ?? told("write");
  }

  async openCommands() {
    if (!this.part("menu").hidden) return this.closeAll();
    const known = await this.phone.try(() => api.commands(this.phone.userId, this.phone.chatId));
    const lines = (known?.length ? known : COMMANDS).map(
      ({ command, description }) => {
        const button = make("button", "", make("strong", "", make("bdi", "", `/${command}`)), make("span", "", make("bdi", "", description)));
        button.type = "button";
        button.addEventListener("click", () => {
          this.closeAll();
          this.phone.say(`/${command}`);
        });
        return make("li", "", button);
      },
    );
    this.part("menu").replaceChildren(...lines);
    this.toggle("menu", "commands");
  }

  toggle(box, opener) {
    const open = this.part(box).hidden;
    this.closeAll();
    this.part(box).hidden = !open;
    this.part(opener).setAttribute("aria-expanded", String(open));
  }

  closeAll() {
    for (const [box, opener] of [["tray", "attach"], ["menu", "commands"]]) {
      this.part(box).hidden = true;
      this.part(opener).setAttribute("aria-expanded", "false");
    }
  }
}
