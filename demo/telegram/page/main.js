// The page: a guest's phone and an admin's phone beside each other.

import * as api from "./api.js";
import { make } from "./bubble.js";
import { Phone } from "./phone.js";
import { told } from "./texts.js";

const lightbox = document.querySelector(".lightbox");
lightbox.addEventListener("click", () => lightbox.close());

function open(address) {
  lightbox.querySelector("img").src = address;
  lightbox.showModal();
}

function alertWith(text) {
  const box = document.querySelector(".alert");
  box.querySelector("p").textContent = text;
  box.showModal();
}

function tabs(phones) {
  const choose = (phone) => {
    document.body.dataset.phone = phone.person.role;
    for (const [tab, other] of pairs) tab.setAttribute("aria-selected", String(other === phone));
    phone.chats.get(phone.chatId).toEnd();
  };
  const pairs = phones.map((phone) => {
    const tab = make("button", "tab", phone.person.name, make("small", "", told(phone.person.role)));
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", phone.element.id);
    tab.addEventListener("click", () => choose(phone));
    return [tab, phone];
  });
  document.querySelector(".tabs").append(...pairs.map(([tab]) => tab));
  choose(phones[0]);
}

const stage = { ...(await api.about()), open, alert: alertWith };
stage.group.title = told("group_title");
stage.openGroup = () =>
  // As an admin of the group the bot hears of reactions.
  api.createGroup({
    ...stage.group,
    creator: stage.people[0].id,
    members: stage.people.map(({ id }) => id),
    bot_is_admin: true,
  });
for (const person of stage.people) await api.join(person);
const phones = stage.people.map((person) => new Phone(person, stage));
document.querySelector(".phones").append(...phones.map(({ element }) => element));
tabs(phones);
await Promise.all(phones.map((phone) => phone.listen()));
