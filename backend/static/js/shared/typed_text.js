// What a person typed, as backend/domain/folding.py takes it: width, dashes, digits of other scripts, and signs that
// nobody sees make no difference. A page sends the folded text, so that a field refuses only what the server would.

// Unicode calls these letters or marks, and draws nothing.
const UNSEEN = /[\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2065\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const SPACES = /[\p{Zs}\p{Zl}\p{Zp}\t\n\v\f\r]+/gu;
const DASHES = /[\p{Pd}\u2212\u2043\u02d7]/gu;
const DIGITS = /\p{Nd}/gu;

/** Digits of a script stand in a row from its zero, ten of them. */
function asciiDigit(/** @type {string} */ digit) {
  const point = /** @type {number} */ (digit.codePointAt(0));
  if (point < 128) return digit;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}

/** A text without width, kinds of dashes and unseen signs; its spaces are single ones, and it keeps its case. */
export const plainText = (/** @type {string} */ text) => text.replace(SPACES, " ").replace(UNSEEN, "").normalize("NFKC").replace(SPACES, " ").replace(UNSEEN, "").replace(DASHES, "-").replace(DIGITS, asciiDigit).trim();

/** A code that people type, as it is sent: no space in it, and no case where the server takes either. */
export const typedCode = (/** @type {string} */ text) => plainText(text).replaceAll(" ", "");

/** Only the digits: of a serial as it is printed (№ 000007), or of an app's code with a space in it. */
export const typedDigits = (/** @type {string} */ text) => plainText(text).replace(/\D/g, "");

/** A part of an address, decoded as far as it can be: a lone % is itself. */
export function decoded(/** @type {string} */ text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%[0-7][0-9a-f]/gi, (escape) => String.fromCharCode(parseInt(escape.slice(1), 16)));
  }
}
