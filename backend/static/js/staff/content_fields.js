// The fields of an article and of a quiz question, and the requests that they make.
import { bothLanguages } from "./desk_form.js";

/** @typedef {import("./desk_form.js").DeskField} DeskField */

const SHORT_CHARS_MAX = 200;
const BODY_CHARS_MAX = 8000;
const EXPLANATION_CHARS_MAX = 1000;
const LETTERS = /** @type {const} */ (["a", "b", "c", "d"]);

/** @param {any} body @param {string} name @param {number} max @param {boolean} isLong @param {string} [hint] @returns {DeskField[]} */
function texts(body, name, max, isLong, hint) {
  return bothLanguages(body?.[name] ?? null, name, `content.field.${name}`).map((field) => ({ ...field, value: field.value ?? undefined, kind: isLong ? "area" : "text", max, hint }));
}

/** @param {any} body @returns {DeskField} */
const sourcesField = (body) => ({ name: "source_ids", label: "content.field.sources", kind: "list", value: body?.source_ids, isRequired: true, hint: "content.field.sources.hint" });

/** @param {any} body @returns {DeskField[]} */
export function articleFields(body) {
  return [
    ...texts(body, "title", SHORT_CHARS_MAX, false),
    ...texts(body, "summary", SHORT_CHARS_MAX, false),
    { name: "position", label: "content.field.position", kind: "number", value: body?.position, isRequired: true },
    ...texts(body, "body", BODY_CHARS_MAX, true, "content.body.hint"),
    sourcesField(body),
    { name: "method_codes", label: "content.field.methods", kind: "list", value: body?.method_codes, isNullable: Boolean(body) },
    { name: "factor_ids", label: "content.field.factors", kind: "list", value: body?.factor_ids, isNullable: Boolean(body) },
  ];
}

/** @param {any} body @returns {DeskField[]} */
export function questionFields(body) {
  const choices = Object.fromEntries(LETTERS.map((letter, index) => [`choice_${letter}`, body?.choices[index]]));
  return [
    { name: "article", label: "content.field.article", value: body?.article, isRequired: true, max: 64 },
    ...texts(body, "text", SHORT_CHARS_MAX, false),
    ...LETTERS.flatMap((letter) => texts(choices, `choice_${letter}`, SHORT_CHARS_MAX, false)),
    { name: "right", label: "content.field.right", value: body?.right, options: LETTERS.map((letter) => [letter, letter.toUpperCase()]), isRequired: true },
    ...texts(body, "explanation", EXPLANATION_CHARS_MAX, true),
    sourcesField(body),
  ];
}

/** @param {any} written @param {any} before */
export function bodyOfArticle(written, before) {
  const body = { ...before, ...written };
  return { ...body, method_codes: body.method_codes ?? [], factor_ids: body.factor_ids ?? [] };
}

/** @param {any} written @param {any} before */
export function bodyOfQuestion(written, before) {
  const choices = LETTERS.map((letter, index) => written[`choice_${letter}`] ?? before?.choices[index]);
  const others = Object.fromEntries(Object.entries(written).filter(([name]) => !name.startsWith("choice_")));
  return { ...before, ...others, choices };
}
