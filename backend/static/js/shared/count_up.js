// Numbers that count to their value. The exact value stands in data-value at once; only the picture moves.

const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const MS = 700;
const running = new WeakMap();

/** Show `value` in an element, written by `format`, counting there from what it shows now. */
export function countTo(element, value, format) {
  const known = running.get(element);
  if (known?.target === value) return;
  const from = known?.shown ?? value;
  cancelAnimationFrame(known?.frame);
  element.dataset.value = String(value);
  const state = { target: value, shown: from, frame: 0 };
  running.set(element, state);
  if (still.matches || from === value || document.hidden) {
    state.shown = value;
    element.textContent = format(value);
    return;
  }
  const began = performance.now();
  const step = (now) => {
    const part = Math.min(1, Math.max(0, (now - began) / MS));
    state.shown = part === 1 ? value : Math.round(from + (value - from) * (1 - (1 - part) ** 3));
    element.textContent = format(state.shown);
    if (part < 1) state.frame = requestAnimationFrame(step);
  };
  state.frame = requestAnimationFrame(step);
}
