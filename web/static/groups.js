// Ticks: shift takes all from the last one, arrow keys go from face to face, and how many there are is counted.

const ticks = [...document.querySelectorAll(".tiles input[type=checkbox]")];
const count = document.querySelector("output");
let last = null;

function counted() {
  if (count) count.textContent = ticks.filter((tick) => tick.checked).length;
}

for (const tick of ticks) {
  tick.addEventListener("click", (event) => {
    if (event.shiftKey && last) {
      const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((one, other) => one - other);
      for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
    }
    last = tick;
    counted();
  });
  tick.addEventListener("keydown", (event) => {
    const onwards = getComputedStyle(tick).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: onwards, ArrowLeft: -onwards }[event.key];
    const next = step && ticks[ticks.indexOf(tick) + step];
    if (!next) return;
    event.preventDefault();
    const fold = next.closest("details");
    if (fold) fold.open = true;
    next.focus();
  });
}
counted();
