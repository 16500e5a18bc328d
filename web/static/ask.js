// Photos taken, chosen, dropped or pasted are asked about one after the other, and answered without a reload.

const answers = document.getElementById("answers");
const csrf = document.querySelector('meta[name="csrf"]').content;
const headers = { "X-Requested-With": "fetch", "X-CSRF-Token": csrf };
const texts = document.getElementById("texts").dataset;
let queue = Promise.resolve();

async function fragment(url, body) {
  const response = await fetch(url, { method: "POST", body, headers });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (response.status === 401) location.reload();
  if (!page.querySelector("[data-fragment]")) throw new Error(response.status);
  return page;
}

function told(text) {
  const line = document.createElement("p");
  line.className = "told trouble";
  line.textContent = text;
  return line;
}

function begin(file) {
  const card = document.createElement("article");
  card.className = "card asked";
  const figure = document.createElement("figure");
  figure.className = "picture";
  const image = new Image();
  image.alt = texts.alt;
  image.onerror = () => { figure.hidden = true; };  // a format that this browser doesn't show
  image.src = URL.createObjectURL(file);
  figure.append(image);
  const words = document.createElement("div");
  const looking = document.createElement("p");
  looking.className = "looking";
  looking.textContent = texts.looking;
  words.append(looking);
  card.append(figure, words);
  answers.prepend(card);
  return { card, figure, words };
}

async function ask(file, place) {
  const body = new FormData();
  body.append("file", file, file.name || "photo.jpg");
  try {
    const page = await fragment("/", body);
    const boxes = page.querySelector(".boxes");
    if (boxes) place.figure.append(boxes);
    place.words.replaceChildren(...page.querySelector("[data-fragment]").children);
  } catch {
    place.words.replaceChildren(told(texts.failed));
  }
}

function askAll(files) {
  const photos = [...files].filter((file) => file.size);
  const places = photos.map(begin);
  photos.forEach((file, number) => { queue = queue.then(() => ask(file, places[number])); });
  if (places.length) places.at(-1).card.scrollIntoView({ block: "nearest" });
}

for (const input of document.querySelectorAll("input[data-ask]")) {
  input.addEventListener("change", () => { askAll(input.files); input.value = ""; });
}

document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) askAll(event.clipboardData.files);
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  askAll(event.dataTransfer.files);
});

answers.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const face = form.closest(".face");
  const body = new FormData(form, event.submitter);
  let line;
  try {
    line = (await fragment(form.action, body)).querySelector("[data-fragment]").firstElementChild;
  } catch {
    line = told(texts.failed);
  }
  face.querySelector(".told")?.remove();
  if (line.dataset.done !== undefined) face.querySelector(".choices").remove();
  line.tabIndex = -1;
  face.append(line);
  line.focus();
});
