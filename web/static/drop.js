// Photos dropped anywhere on a cousin's page are added to theirs.

const form = document.querySelector("form.drop");
const input = form?.querySelector("input[type=file]");
if (form) {
  input.addEventListener("change", () => form.requestSubmit());
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
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
