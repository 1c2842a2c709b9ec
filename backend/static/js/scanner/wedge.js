// The field that a hand scanner types into, as a keyboard would. A scan ends with Enter, Tab, both, or nothing: then a
// pause ends it. Codes that run together come apart; half a code does not wait there for the next one.
import { byId } from "../shared/dom.js";
import { codesIn, halfIn, readScanned, tagOf } from "../shared/scanned_text.js";

// After a scanner's last letter: those that end with nothing. A wristband's id says by no sign that it is whole.
const END_MS = 300;
const TAG_END_MS = 700;
// What is half by then stays half: a scanner on a bad radio line stops for less.
const HALF_MS = 1500;
// A person who types looks for the keys.
const PERSON_MS = 8000;
const SCANNER_LETTER_MS = 45;
// What an input method says instead of a letter (key 229).
const METHOD_KEYS = ["Process", "Unidentified"];
const CONTROLS = "a, button, input, select, summary, textarea";
// A wristband's id may begin as a code does; as much as this is a code that came only in part.
const BEGINNING = /^[BVTSWP][0-9A-Za-z][0-9A-HJKMNP-TV-Z]{5}$/;

/**
 * `isOpen()` says whether a device scans here. `scan(text)` gets each code, or the whole text where it holds none;
 * `refuse("half" | "keyboard")` is called when what stood in the field is cleared.
 * @param {{isOpen: () => boolean, scan: (text: string) => unknown, refuse: (why: "half" | "keyboard") => unknown}} ways
 */
export function startWedge({ isOpen, scan, refuse }) {
  const field = byId("wedge");
  let timer = 0;
  let begunAt = 0;
  let lastAt = 0;
  let isComposing = false;

  const isScanner = () => (lastAt - begunAt) / Math.max(1, field.value.length - 1) <= SCANNER_LETTER_MS;
  const after = (/** @type {number} */ ms, /** @type {() => void} */ work) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };

  /** The text of the field, which is empty then; an input method that was offering signs for it ends. */
  function take() {
    if (isComposing) field.blur();
    const text = field.value.trim();
    field.value = "";
    begunAt = 0;
    field.focus();
    clearTimeout(timer);
    return text;
  }

  function end() {
    const text = take();
    const codes = codesIn(text);
    if (codes.length > 1) codes.forEach(scan);
    else if (text) scan(text);
  }

  /** Nothing came for a while: a whole code needs no key that ends it. */
  function pause() {
    if (isWhole(field.value)) end();
    else after(TAG_END_MS - END_MS, endTag);
  }

  function endTag() {
    if (!isComposing && isScanner() && tagOf(field.value) !== null && !BEGINNING.test(field.value.trim())) end();
    else after((isScanner() || isComposing ? HALF_MS : PERSON_MS) - TAG_END_MS, clear);
  }

  function clear() {
    const wasComposing = isComposing;
    const text = take();
    if (!text && !wasComposing) return;
    codesIn(text).forEach(scan);
    refuse(wasComposing || readScanned(text).trouble === "keyboard" ? "keyboard" : "half");
  }

  field.addEventListener("input", () => {
    const now = Date.now();
    if (begunAt === 0 || field.value.length <= 1) begunAt = now;
    lastAt = now;
    // The last code may not be whole yet; those before it are.
    const codes = isComposing ? [] : codesIn(field.value);
    if (codes.length > 1) {
      const half = halfIn(field.value);
      field.value = codes[codes.length - 1] + half;
      codes.slice(0, -1).forEach(scan);
    }
    after(END_MS, pause);
  });
  field.addEventListener("compositionstart", () => {
    isComposing = true;
    after(END_MS, pause);
  });
  field.addEventListener("compositionend", () => {
    isComposing = false;
    if (field.value) after(END_MS, pause);
  });
  field.addEventListener("paste", (pasted) => {
    pasted.preventDefault();
    field.value += pasted.clipboardData?.getData("text") ?? "";
    end();
  });
  field.addEventListener("keydown", (pressed) => {
    const isPlain = !pressed.shiftKey && !pressed.ctrlKey && !pressed.altKey && !pressed.metaKey;
    // A person leaves with Escape, or with Shift and Tab.
    if (pressed.key === "Escape") byId("camera").focus();
    if (pressed.key !== "Tab" || !isPlain) return;
    pressed.preventDefault();
    if (!isComposing) end();
  });
  byId("wedge-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    end();
  });
  // Whatever was touched last, a scanner's letters must arrive in the field that waits for them. A space is a person's,
  // who works a switch with it; a field for letters keeps them.
  document.addEventListener("keydown", (pressed) => {
    const isLetter = (pressed.key.length === 1 && pressed.key !== " ") || METHOD_KEYS.includes(pressed.key);
    const isTyped = isLetter && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey;
    if (isOpen() && isTyped && !/** @type {Element} */ (pressed.target).closest("#query, #wedge")) field.focus();
  });
  // A tap beside the field takes its cursor away, and an input method writes only where one is.
  const comeBack = () =>
    setTimeout(() => {
      if (isOpen() && !document.activeElement?.matches(CONTROLS) && getSelection()?.isCollapsed !== false) field.focus();
    });
  field.addEventListener("blur", comeBack);
  window.addEventListener("focus", comeBack);
  document.addEventListener("pointerup", comeBack);
}

/** Whether a text may end here: it holds a code, and no beginning of another. */
const isWhole = (/** @type {string} */ text) => (codesIn(text).length > 0 || readScanned(text).codes.length > 0) && !halfIn(text);
