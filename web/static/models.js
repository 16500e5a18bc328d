// How far a training run is, asked for every second or so while it goes on.

const run = document.getElementById("run");

async function look() {
  try {
    const state = await (await fetch("/models/run")).json();
    if (!state || !state.goes_on) {
      location.assign("/models");
      return;
    }
    run.querySelector(".doing").textContent = state.text;
    const bar = run.querySelector("progress");
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
    } else {
      bar.removeAttribute("value");
    }
  } catch {
    // The next look may find it again.
  }
  setTimeout(look, 1500);
}

if (run) setTimeout(look, 1500);
