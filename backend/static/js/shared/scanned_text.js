// Finds the code in what a scanner, a phone or WeChat hands over, as backend/domain/scanned_texts.py does on the server;
// tests/domain/scanned_texts.json holds what both must find. What only a page meets is below: codes that run together, and
// halves of them.
import { withUnderscores, withYForZ, writtenBack } from "./keyboards.js";
import { decoded, seen } from "./typed_text.js";

/** @typedef {"malformed" | "two_codes" | "keyboard" | "other_code"} Trouble */

const TEXT_LENGTH_MAX = 1024;
const KEYED_LENGTH_MAX = 160;
const TRIES_MAX = 2;
const DECODINGS_MAX = 3;

const EVENT = "[0-9A-Za-z][0-9A-HJKMNP-TV-Z]{5}";
const ONE = `(?:[BSW]${EVENT}\\.[0-9a-z]{1,6}|[VTP]${EVENT}\\.[0-9a-z]{1,6}\\.[0-9a-z]{1,7})\\.[A-Za-z0-9_-]{12}`;
const CODE = new RegExp(ONE);
const CODES = new RegExp(ONE, "g");
const CODE_HERE = new RegExp(ONE, "y");
const CODE_IN_ANY_CASE = new RegExp(ONE, "i");
const START = new RegExp(`(?=[BVTSWP]${EVENT}\\.)`, "g");
// A code stands alone, after /q/, after an AIM mark (]Q1) or an ECI mark (\000026), or directly after another code. Older
// browsers cannot look behind, so what may stand before is tried by itself.
const RUN = new RegExp(`(?:${ONE})+(?=$|[^A-Za-z0-9_./-]|[./]+(?:$|[^A-Za-z0-9_./-])|[hH][tT][tT][pP][sS]?://)`, "y");
const BEFORE = /(?:^|[^A-Za-z0-9_./\\-]|\/[qQ]\/|\][A-Za-z][0-9A-Za-z]|\\[0-9]{6})$/;
const BEFORE_LENGTH_MAX = 7;
const MARK = /^\][A-Za-z][0-9A-Za-z](?:\\[0-9]{6})?/;
const ADDRESS = /^(?:[a-z][a-z0-9+.-]{1,20}:(?:\S|$)|www\.)/i;
const SPOILT_ADDRESS = /^https?[^a-z:./ ]/;
// As much of a code as came before a scanner stopped.
const HALF = /^[BVTSWP](?:[0-9A-Za-z]{0,6}|[0-9A-Za-z]{6}\.[0-9A-Za-z_.-]{0,27})$/;
const TAG = /^[0-9A-Z]{4,64}$/;

const inOtherCase = (/** @type {string} */ text) => text.replace(/[A-Za-z]/g, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));
const each = (/** @type {string[]} */ codes) => [...new Set(codes)];

/** The codes that a text may stand for, the likeliest first, or the trouble with it. Only its check says which is meant. @returns {{codes: string[], trouble: Trouble | null}} */
export function readScanned(/** @type {string} */ text) {
  if ([...text].length > TEXT_LENGTH_MAX) return { codes: [], trouble: "malformed" };
  const plain = decodedText(text);
  for (const meant of [plain, inOtherCase(plain)]) {
    const [code, another] = codesStanding(meant);
    if (another) return { codes: [], trouble: "two_codes" };
    const other = code ? withYForZ(code) : null;
    if (code) return { codes: other === null ? [code] : [code, other], trouble: null };
  }
  const others = new Set();
  for (const meant of fromOtherKeyboards(text)) {
    const [code, another] = codesStanding(meant);
    if (another) return { codes: [], trouble: "two_codes" };
    if (code) others.add(code);
  }
  if (others.size) return { codes: [...others].slice(0, TRIES_MAX), trouble: null };
  return { codes: [], trouble: troubleOf(plain) };
}

/** The text without its percent-encoding and what nobody sees. A lone % stays. */
function decodedText(/** @type {string} */ text) {
  let plain = seen(text);
  for (let round = 0; round < DECODINGS_MAX && plain.includes("%"); round += 1) {
    const next = seen(decoded(plain));
    if (next === plain) break;
    plain = next;
  }
  return plain.trim();
}

/** The different codes in a text; blanks within a code are looked past where there is none else. */
function codesStanding(/** @type {string} */ text) {
  for (const searched of [text, text.replaceAll(" ", "")]) {
    /** @type {string[]} */
    const found = [];
    let end = 0;
    for (const { index } of searched.matchAll(START)) {
      if (index < end || !BEFORE.test(searched.slice(Math.max(0, index - BEFORE_LENGTH_MAX), index))) continue;
      RUN.lastIndex = index;
      const [run] = RUN.exec(searched) ?? [];
      if (!run) continue;
      end = index + run.length;
      found.push(...(run.match(CODES) ?? []));
    }
    if (found.length) return each(found);
  }
  return [];
}

function* fromOtherKeyboards(/** @type {string} */ text) {
  if ([...text].length > KEYED_LENGTH_MAX) return;
  const keyed = seen(withUnderscores(text));
  for (const meant of [keyed, ...writtenBack(keyed)]) {
    const plain = decodedText(meant);
    yield plain;
    yield inOtherCase(plain);
  }
}

/** What to tell the person who scanned a text in which there is no code. @returns {Trouble} */
function troubleOf(/** @type {string} */ plain) {
  const squeezed = plain.replaceAll(" ", "");
  if (CODE_IN_ANY_CASE.test(squeezed) && !CODE.test(squeezed)) return "keyboard";
  if (SPOILT_ADDRESS.test(plain)) return "keyboard";
  const isLikeACode = /^[BVTSWP]/i.test(plain) && [...squeezed].length >= 12 && !plain.includes(" ");
  if (isLikeACode && /[^\x00-\x7f]/.test(squeezed)) return "keyboard";
  if (!plain.toLowerCase().includes("/q/") && ADDRESS.test(plain)) return "other_code";
  return "malformed";
}

// -- only on a page ----------------------------------------------------------------------------------

/** Each code of a text in which several run together, or one follows half of another. */
export function codesIn(/** @type {string} */ text) {
  const plain = decodedText(text);
  for (const meant of [plain, inOtherCase(plain)]) {
    const standing = codesStanding(meant);
    if (standing.length) return standing;
  }
  return codesAfterHalves(plain);
}

function codesAfterHalves(/** @type {string} */ text) {
  /** @type {{code: string, index: number}[]} */
  const found = [];
  for (const { index } of text.matchAll(START)) {
    CODE_HERE.lastIndex = index;
    const [code] = CODE_HERE.exec(text) ?? [];
    const last = found.at(-1);
    // A check that goes on into the next code was cut off: that code came before the first was whole.
    if (code && last && last.index + last.code.length > index) found.pop();
    if (code) found.push({ code, index });
  }
  const rest = found.reduce((left, { code }) => left.replace(code, " "), text).trim().split(" ");
  return rest.every((part) => part === "" || HALF.test(part)) ? each(found.map(({ code }) => code)) : [];
}

/** What stands behind the last whole code of a text, where that is the beginning of another. */
export function halfIn(/** @type {string} */ text) {
  const plain = decodedText(text);
  const last = codesIn(text).at(-1);
  // Under Caps Lock the code stands there in the other case.
  const held = last === undefined ? "" : plain.includes(last) ? last : inOtherCase(last);
  const rest = plain.slice(held && plain.includes(held) ? plain.lastIndexOf(held) + held.length : 0);
  return HALF.test(rest.slice(rest.lastIndexOf("/") + 1)) ? rest : "";
}

/** A wristband's id as its reader gives it, in capitals without what parts its bytes; null where the text is none. */
export function tagOf(/** @type {string} */ text) {
  const tag = seen(text).trim().replace(MARK, "").replace(/[\s:-]+/g, "").toUpperCase();
  return TAG.test(tag) ? tag : null;
}

/** The code of a text that can stand for no other one; else the text, which only the server can read to its end. */
export function bare(/** @type {string} */ text) {
  const { codes } = readScanned(text);
  if (codes.length === 1) return codes[0];
  const [code, another] = codesIn(text);
  return code === undefined || another !== undefined || codes.length > 1 ? text.trim() : code;
}

/** Kind, event and number of a code. */
export function partsOf(/** @type {string} */ code) {
  const [head, number] = code.split(".");
  return { kind: head[0], event: head.slice(2), number: parseInt(number, 36) };
}
