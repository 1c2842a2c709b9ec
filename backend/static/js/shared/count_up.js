// Numbers that count to their value. The exact value stands in data-value at once; only the picture moves.

const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const MS = 700;
/** @type {WeakMap<HTMLElement, {target: number, shown: number, frame: number}>} */
const running = new WeakMap();

/** Show `value` in an element, written by `format`, counting there from what it shows now. @param {HTMLElement} element @param {number} value @param {(shown: number) => string} format */
export function countTo(element, value, format) {
  const known = running.get(element);
  if (known?.target === value) return;
  const from = known?.shown ?? value;
  cancelAnimationFrame(known?.frame ?? 0);
  element.dataset.value = String(value);
  const state = { target: value, shown: from, frame: 0 };
  running.set(element, state);
  if (still.matches || from === value || document.hidden) {
    state.shown = value;
    element.textContent = format(value);
    return;
  }
  const began = performance.now();
  /** @param {number} now */
  const step = (now) => {
    const share = Math.min(1, Math.max(0, (now - began) / MS));
    state.shown = share === 1 ? value : Math.round(from + (value - from) * (1 - (1 - share) ** 3));
    element.textContent = format(state.shown);
    if (share < 1) state.frame = requestAnimationFrame(step);
  };
  state.frame = requestAnimationFrame(step);
}
