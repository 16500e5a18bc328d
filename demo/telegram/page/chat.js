// The messages of one chat on one phone, kept in order and drawn in place.

import { bubble, make } from "./bubble.js";
import { told } from "./texts.js";

export class Chat {
  constructor(phone, welcome) {
    this.phone = phone;
    this.messages = new Map(); // message id -> message
    this.drawn = new Map(); // album or message id -> element
    this.reactions = new Map(); // message id -> how many of each emoji
    this.empty = welcome;
    this.typing = make("div", "row theirs typing", make("div", "bubble theirs", make("i"), make("i"), make("i")));
    this.typing.hidden = true;
    this.list = make("div", "messages", this.empty, this.typing);
    this.list.setAttribute("role", "log");
    this.list.dir = "ltr"; // as in Telegram: whoever reads from the right has their own messages there, too
    this.list.setAttribute("aria-label", told("messages"));
    this.pinned = true; // to the end, until someone scrolls up to read
    new ResizeObserver(() => this.pinned && this.toEnd()).observe(this.list);
  }

  take(message) {
    if (message.text || message.photo || message.document) this.empty.hidden = true;
    this.messages.set(message.message_id, message);
    if (message.from.is_bot) this.act(false);
    this.draw(keyOf(message));
  }

  react(id, counts) {
    this.reactions.set(id, counts);
    const message = this.messages.get(id);
    if (message) this.draw(keyOf(message));
  }

  remove(id) {
    const message = this.messages.get(id);
    this.messages.delete(id);
    if (message) this.draw(keyOf(message));
  }

  // The dots go away by themselves after five seconds, as a bot's action does.
  act(shown) {
    clearTimeout(this.timer);
    this.typing.hidden = !shown;
    if (shown) this.timer = setTimeout(() => this.act(false), 5000);
    this.onTyping?.(shown);
  }

  draw(key) {
    const messages = [...this.messages.values()].filter((message) => keyOf(message) === key);
    const before = this.drawn.get(key);
    const after = messages.length ? bubble(messages, this.phone, this.reactions.get(messages[0].message_id)) : null;
    if (before && after) before.replaceWith(after);
    else if (before) before.remove();
    else if (after) {
      after.classList.add("fresh");
      this.typing.before(after);
    }
    if (after) this.drawn.set(key, after);
    else this.drawn.delete(key);
    if (this.pinned || messages.at(-1)?.from.id === this.phone.userId) this.toEnd();
  }

  // Called when someone scrolls.
  scrolled(element) {
    this.pinned = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
  }

  toEnd() {
    const scroll = this.list.parentElement;
    if (scroll) scroll.scrollTop = scroll.scrollHeight;
  }
}

const keyOf = (message) => message.media_group_id ?? String(message.message_id);
