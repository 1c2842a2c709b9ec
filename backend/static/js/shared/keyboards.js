// What a hand scanner's keys write on a computer that is set to another keyboard, as backend/domain/keyboards.py says.
const AMERICAN = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?";
/** The signs in the order of the American keys. */
export const LAYOUTS = {
  german: "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
  swiss: "§1234567890'^qwertzuiopü¨$asdfghjklöäyxcvbnm,.-°+\"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_",
  french: "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
  belgian: "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+",
  spanish: "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-ª!\"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_",
  italian: "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-|!\"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_",
  nordic: "§1234567890+´qwertyuiopå¨'asdfghjklöäzxcvbnm,.-½!\"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÖÄZXCVBNM;:_",
  russian: "ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю.Ё!\"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,",
  chinese: AMERICAN.replace(/[./><\\]/g, (key) => "。、》《＼"["./><\\".indexOf(key)]),
};
const isCodeSign = (/** @type {string} */ sign) => /[0-9A-Za-z._-]/.test(sign);
const WRITTEN_BACK = Object.entries(LAYOUTS).map(([name, written]) => ({ name, keys: new Map([...written].map((sign, at) => [sign, AMERICAN[at]])) }));
const SWAPPED = new Map([..."yzYZ"].map((sign, at) => [sign, "zyZY"[at]]));

/** What a Chinese input method writes for an underscore. */
const UNDERSCORE_IN_CHINESE = "——";

const through = (/** @type {string} */ text, /** @type {Map<string, string>} */ keys) => Array.from(text, (sign) => keys.get(sign) ?? sign).join("");

/** The text as it was meant, for each keyboard that may have written it so. Letters, digits and the marks of a code are no sign of one. */
export function writtenBack(/** @type {string} */ text) {
  const signs = [...new Set(text)];
  const isEvidence = (/** @type {string} */ sign, /** @type {Map<string, string>} */ keys) => !isCodeSign(sign) && keys.has(sign) && keys.get(sign) !== sign;
  // Every other keyboard has the colon or the slash elsewhere: this address was written as it is.
  const isAddress = text.includes("://");
  return WRITTEN_BACK.filter(({ name, keys }) => (name === "chinese" || !isAddress) && signs.some((sign) => isEvidence(sign, keys))).map(({ keys }) => through(text, keys));
}

export const withUnderscores = (/** @type {string} */ text) => text.replaceAll(UNDERSCORE_IN_CHINESE, "_");

/** A code as a German keyboard would have meant it; null where such a keyboard cannot have written it. */
export function withYForZ(/** @type {string} */ code) {
  if (/[-_]/.test(code)) return null;
  const meant = through(code, SWAPPED);
  return meant === code ? null : meant;
}
