// What an empty chat says: who you are here, and what to try.

import { examples, make } from "./bubble.js";
import { told } from "./texts.js";

const STEPS = {
  guest: ["press_start", "guest_sends", "guest_corrects", "guest_shows"],
  admin: ["press_start", "admin_corrects", "admin_teaches", "admin_reviews", "admin_sorts"],
  group: ["group_reads", "group_asks"],
};

// A command's sign stays before its letters, also where one reads from the right.
const inOrder = (text) => text.split(/(\/[a-z]+)/).map((part, place) => (place % 2 ? make("bdi", "", part) : part));

export function welcome(role, stage, phone) {
  // A guest comes through the family's invitation link, whose code Telegram hands over at the first Start.
  const begin = () => phone.say(role === "guest" && stage.invite ? `/start ${stage.invite}` : "/start");
  const steps = make("ol", "", ...STEPS[role].map((step) => make("li", "", ...inOrder(told(step)))));
  const avatar = make("img", "welcome-avatar");
  avatar.src = "avatar.svg";
  avatar.alt = "";
  const card = make("div", "welcome", avatar, make("h3", "", told(`welcome_${role}`)), steps);
  card.dir = document.dir;
  if (role !== "group") {
    const start = make("button", "pill primary", told("start"));
    start.type = "button";
    start.addEventListener("click", begin);
    card.append(start);
  }
  if (stage.examples.length) {
    const send = async (name) => {
      if (role !== "group") await begin();
      await phone.sendExample(name);
    };
    card.append(make("p", "or", told("or_send")), examples(stage.examples.slice(0, 8), send));
  }
  return card;
}
