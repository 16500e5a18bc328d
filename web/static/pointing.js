// A tap on a face is a tap on its number.

for (const face of document.querySelectorAll(".pointing .boxes > g")) {
  const number = face.querySelector("text").textContent;
  face.addEventListener("click", () => document.querySelector(`[data-face="${CSS.escape(number)}"]`).click());
}
