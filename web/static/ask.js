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
  return { page, ok: response.ok, again: Number(response.headers.get("Retry-After")) };
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
  image.onload = () => { URL.revokeObjectURL(image.src); };
  image.src = URL.createObjectURL(file);
  figure.append(image);
  const words = document.createElement("div");
  words.className = "words";
  const place = { card, figure, image, words };
  image.onerror = () => { showDrawn(place); };
  look(place);
  card.append(figure, words);
  return place;
}

// A format that this browser doesn't show, as HEIC often is, is drawn anew for it once there is an answer.
function showDrawn({ figure, image }) {
  const boxes = figure.querySelector(".boxes");
  figure.hidden = true;
  if (!boxes) return;
  image.onload = () => { figure.hidden = false; };
  image.onerror = null;
  image.src = boxes.dataset.picture;
}

function look(place) {
  const looking = document.createElement("p");
  looking.className = "looking";
  looking.textContent = texts.looking;
  place.words.replaceChildren(looking);
}

// A photo that came too early is asked about once more in time; whatever still fails is not lost: a button asks anew.
async function ask(file, place, tries = 0) {
  const body = new FormData();
  body.append("file", file, file.name || "photo.jpg");
  try {
    const { page, again } = await fragment("/", body);
    const boxes = page.querySelector(".boxes");
    if (boxes) place.figure.append(boxes);
    if (place.figure.hidden) showDrawn(place);
    place.words.replaceChildren(...page.querySelector("[data-fragment]").children);
    if (again && !tries) place.words.lastElementChild.append(" " + texts.soon);
    say(place.words);
    if (again && tries) {
      place.words.append(askAgain(file, place));
    } else if (again) {
      await new Promise((done) => { setTimeout(done, 1000 * again); });
      await ask(file, place, tries + 1);
    }
  } catch {
    place.words.replaceChildren(told(texts.failed), askAgain(file, place));
    say(place.words);
  }
}

// Whoever does not see the answer hears it: what is said, and not the buttons below.
function say(words) {
  const lines = [...words.querySelectorAll(".sentence, .fact, .face > .soft, .told")].filter((line) => !line.closest(".rest > ol"));
  document.getElementById("said").textContent = lines.map((line) => line.textContent.trim()).join(" ");
}

// Whoever has a name now is called by it, and there may be something to talk about.
function tellAnew(face, [sentence, ...others]) {
  if (!sentence) return;
  const old = face.querySelector(".sentence"), number = old.querySelector(".dot");
  if (number) sentence.prepend(number);
  old.replaceWith(sentence);
  face.querySelectorAll(":scope > .fact, :scope > .soft").forEach((one) => { one.remove(); });
  sentence.after(...others);
}

function askAgain(file, place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = texts.again;
  button.addEventListener("click", () => {
    look(place);
    queue = queue.then(() => ask(file, place));
  });
  return button;
}

function askAll(files) {
  const photos = [...files];
  const places = photos.map(begin);
  photos.forEach((file, number) => { queue = queue.then(() => ask(file, places[number])); });
  answers.prepend(...places.map((place) => place.card));
  places.at(0)?.card.scrollIntoView({ block: "nearest" });
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
  if (face.dataset.asking) return;  // a second click on the same button
  face.dataset.asking = "yes";
  const body = new FormData(form, event.submitter);
  let line, isDone = false, anew = [];
  try {
    const { page, ok } = await fragment(form.action, body);
    [line, ...anew] = page.querySelector("[data-fragment]").children;
    isDone = ok && line.dataset.done !== undefined;
  } catch {
    line = told(texts.failed);
  }
  delete face.dataset.asking;
  face.querySelector(".told")?.remove();
  if (isDone) face.querySelector(".choices").remove();
  if (isDone) tellAnew(face, anew);
  if (isDone && face.matches(".everybody")) face.parentElement.querySelectorAll('[name="says"][value="right"]').forEach((one) => one.form.remove());
  else if (line.matches(".doubt")) face.querySelector(".who").open = false;
  line.tabIndex = -1;
  face.append(line);
  line.focus();
});
