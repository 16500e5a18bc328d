// One key each: the buttons say which. Where a keyboard writes other letters, as in Hebrew, or digits with shift alone, as
// in France, it is the key at that place.

function pressed({ key, code, shiftKey }) {
  const there = code.match(/^(?:Key|Digit)(.)$/);
  return /^[a-z0-9]$/i.test(key) || shiftKey || !there ? key.toLowerCase() : there[1].toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(pressed(event))}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
