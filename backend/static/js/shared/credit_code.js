// Unified social credit codes (GB 32100-2015): how many characters are missing, and whether the last one fits.
export const CODE_CHARS = 18;
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** A code as it is kept, from what people type. @param {string} typed */
export const spelledCode = (typed) => typed.normalize("NFKC").toUpperCase().replace(/[\s\-‐-―]/g, "");

/** Whether a spelled code has eighteen characters of the alphabet and the right last one (ISO 7064). @param {string} code */
export function isRightCode(code) {
  const places = [...code].map((sign) => ALPHABET.indexOf(sign));
  if (places.length !== CODE_CHARS || places.includes(-1)) return false;
  let weight = 1;
  let total = 0;
  for (const place of places.slice(0, -1)) {
    total += place * weight;
    weight = (weight * 3) % 31;
  }
  return (31 - (total % 31)) % 31 === places[CODE_CHARS - 1];
}
