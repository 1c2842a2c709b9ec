// What a scanned or pasted text says, by the rules of backend/domain/qr_codes.py: the codes in it, whatever a scanner, a
// keyboard or another program put around them or made of their letters.
import { decoded, plainText } from "./typed_text.js";

/** @typedef {{code: string, kind: string, event: string, number: number, start: number, end: number}} FoundCode */

// Kind, key, event, what is named, perhaps a step, the check: each as long as it is written, so that codes that run
// together come apart. What is printed has no step; what rotates has one.
const CODE = /([BVTSWP])[0-9A-Za-z]([0-9A-HJKMNP-TV-Z]{5})\.([0-9a-z]{1,6})(\.[0-9a-z]{1,7})?\.[\w-]{12}/y;
const START = /(?=[BVTSWP][0-9A-Za-z][0-9A-HJKMNP-TV-Z]{5}\.)/g;
const WITHOUT_STEP = "BSW";
// As much of a code as may have come before a scanner stopped: at least its event.
const HALF = /[BVTSWP][0-9A-Za-z][0-9A-HJKMNP-TV-Z]{5}(\.[\w.-]{0,26})?$/;
const TAG = /^[0-9A-Z]{4,64}$/;
const DECODED_MAX = 3;
// What a scanner says before the text: AIM's symbology (]Q3), the encoding of what follows (\000026).
const MARKS = /^(\][A-Za-z][0-9A-Za-z])?(\\\d{6})?/;
const CHINESE = /[\p{Script=Han}。、《》「」【】￥]/u;
/** The keys . / _ under a Chinese input method. @type {[RegExp, string][]} */
const CHINESE_KEYS = [[/[。｡]/g, "."], [/[、､]/g, "/"], [/(——|--)/g, "_"]];
/** What other layouts make of the keys that a scanner presses as if they were American: French, German, Russian, Spanish. */
const LAYOUTS = [
  ["&é\"'(-è_çàaqzwAQZW,?:!)°M;", "1234567890qawzQAWZmM./-_:,"],
  ["yzYZß?-Ö", "zyZY-_/:"],
  ["йцукенгшщзфывапролдячсмитьЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬю.Ж", "qwertyuiopasdfghjklzxcvbnmQWERTYUIOPASDFGHJKLZXCVBNM./:"],
  ["'?-Ñç", "-_/::"],
].map(([typed, meant]) => new Map([...typed].map((sign, at) => [sign, meant[at]])));

/** The text as it was printed: without a scanner's marks, signs that nobody sees, width, and percent signs of addresses. */
export function scanned(/** @type {string} */ text) {
  let plain = plainText(text).replace(MARKS, "");
  for (let round = 0; round < DECODED_MAX && plain.includes("%"); round += 1) plain = plainText(decoded(plain));
  return plain;
}

/** Every code in a text, in its order. @returns {FoundCode[]} */
export function codesIn(/** @type {string} */ text) {
  const plain = scanned(text);
  const found = [];
  for (const { index } of plain.matchAll(START)) {
    CODE.lastIndex = index;
    const [code, kind, event, number, step] = CODE.exec(plain) ?? [];
    if (!code || WITHOUT_STEP.includes(kind) !== (step === undefined)) continue;
    // A check that goes on into the next code was cut off: that code came before the first was whole.
    if (found.length && found[found.length - 1].end > index) found.pop();
    found.push({ code, kind, event, number: parseInt(number, 36), start: index, end: index + code.length });
  }
  return found;
}

/** Where the last of a text's codes is only begun, what there is of it; empty where all are whole. */
export function halfOf(/** @type {string} */ text) {
  const rest = scanned(text).slice(codesIn(text).at(-1)?.end ?? 0);
  return HALF.exec(rest)?.[0] ?? "";
}

/** The codes that may have been meant where the keyboard made other letters of them; each is looked up before it counts. @returns {FoundCode[]} */
export function guessesOf(/** @type {string} */ text) {
  const raw = text.normalize("NFC").trim();
  const chinese = CHINESE_KEYS.reduce((typed, [sign, key]) => typed.replace(sign, key), raw);
  const typed = [chinese, ...LAYOUTS.map((layout) => [...raw].map((sign) => layout.get(sign) ?? sign).join(""))];
  const meant = [...new Set([...typed, ...[raw, ...typed].map(inOtherCase)])];
  return meant.flatMap((each) => codesIn(each).slice(0, 1));
}

const inOtherCase = (/** @type {string} */ text) => text.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));

/** A wristband's id as its reader gives it, in capitals without what parts its bytes; null where the text is none. */
export function tagOf(/** @type {string} */ text) {
  const tag = scanned(text).replace(/[\s:-]+/g, "").toUpperCase();
  return TAG.test(tag) ? tag : null;
}

/** Whether an input method wrote what a scanner typed. */
export const isChinese = (/** @type {string} */ text) => CHINESE.test(text);
