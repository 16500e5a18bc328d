// Telegram puts what it has signed behind the address's #. It is sent once, and makes the session.

const told = document.getElementById("told");
const csrf = document.querySelector('meta[name="csrf"]').content; // of whoever is signed in already
const data = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");

function say(text, title = told.dataset.title) {
  document.querySelector("h1").textContent = title;
  told.className = "told trouble";
  told.textContent = text;
}

if (data) {
  try {
    const headers = { "Content-Type": "text/plain", "X-CSRF-Token": csrf };
    const response = await fetch("/app/session", { method: "POST", body: data, headers });
    const answer = await response.json();
    if (response.ok) location.replace(answer.to);
    else say(answer.error, answer.title);
  } catch {
    say(told.dataset.failed);
  }
} else {
  say(told.dataset.outside);
}
