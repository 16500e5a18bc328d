// What an empty chat says: who you are here, and what to try.

import { examples, make } from "./bubble.js";

const HINTS = {
  guest: {
    title: "You met someone. Who was that?",
    steps: ["Press Start, so that the bot may write to you.", "Send a photo of a cousin.", "Wrong name? Tap ✗ and say so.", "Write /iam and your name, then pick a photo: that's you."],
  },
  admin: {
    title: "You know everyone here.",
    steps: ["Press Start, so that the bot may write to you.", "Correct it: tap ✗ under a wrong guess, then the right name.", "Teach it: write a cousin's name, then pick a photo.", "/review shows what guests reported.", "/sort asks who is on a heap of photos."],
  },
  group: {
    title: "The family group",
    steps: ["In groups the bot only reads commands and replies.", "Send a photo, then reply to it with /who."],
  },
};

export function welcome(role, stage, phone) {
  // A guest comes through the family's invitation link, whose code Telegram hands over at the first Start.
  const begin = () => phone.say(role === "guest" && stage.invite ? `/start ${stage.invite}` : "/start");
  const hint = HINTS[role];
  const steps = make("ol", "", ...hint.steps.map((step) => make("li", "", step)));
  const avatar = make("img", "welcome-avatar");
  avatar.src = "avatar.svg";
  avatar.alt = "";
  const card = make("div", "welcome", avatar, make("h3", "", hint.title), steps);
  card.dir = document.dir;
  if (role !== "group") {
    const start = make("button", "pill primary", "Start");
    start.type = "button";
    start.addEventListener("click", begin);
    card.append(start);
  }
  if (stage.examples.length) {
    const send = async (name) => {
      if (role !== "group") await begin();
      await phone.sendExample(name);
    };
    card.append(make("p", "or", "or send one of these"), examples(stage.examples.slice(0, 8), send));
  }
  return card;
}
