// What a person typed, as backend/domain/folding.py takes it: width, dashes, digits of other scripts, and signs that
// nobody sees make no difference. A page sends the folded text, so that a field refuses only what the server would.

// Unicode calls these letters or marks, and draws nothing.
const UNSEEN = /[\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2065\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const BLANKS = /[\p{Zs}\p{Zl}\p{Zp}\t\n\v\f\r\x85]/gu;
const DASHES = /[\p{Pd}\u2212\u2043\u02d7]/gu;
const DIGITS = /\p{Nd}/gu;
const PLAIN = /^[ -~]*$/;
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** Digits of a script stand in a row from its zero, ten of them. */
function asciiDigit(/** @type {string} */ digit) {
  const point = /** @type {number} */ (digit.codePointAt(0));
  if (point < 128) return digit;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}

const withoutSigns = (/** @type {string} */ text) => text.replace(BLANKS, " ").replace(UNSEEN, "").replace(DASHES, "-").replace(DIGITS, asciiDigit);

/** The text as it is read: no width, every blank one space, every dash a hyphen, no sign that nobody sees. Letters keep their case. */
export const seen = (/** @type {string} */ text) => (PLAIN.test(text) ? text : withoutSigns(withoutSigns(text).normalize("NFKC")).normalize("NFC"));

/** A name, or words to search for, without blanks around them. */
export const typedWords = (/** @type {string} */ text) => seen(text).replace(/ +/g, " ").trim();

/** A code that people type, as it is sent: no blank in it. */
export const typedCode = (/** @type {string} */ text) => seen(text).replaceAll(" ", "");

/** The digits alone: of a serial as it is printed (№ 000007), or of an app's code with a space in it. */
export const typedDigits = (/** @type {string} */ text) => seen(text).replace(/\D/g, "");

/** A text without its percent-encoding; a % that encodes nothing stays. */
export const decoded = (/** @type {string} */ text) => text.replace(ESCAPES, (escapes) => new TextDecoder().decode(Uint8Array.from(escapes.slice(1).split("%"), (pair) => parseInt(pair, 16))));
