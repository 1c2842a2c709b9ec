// Forms of desks, made of a description: the fields of a request, what they hold, and how they are read.
import { h, tell } from "../shared/dom.js";
import { explainOnce } from "../shared/refusal.js";
import { t } from "../shared/i18n.js";

/**
 * A field of a request. `name.zh-CN` and `name.en` are parts of one text in two languages. A field with a value is sent
 * only where it was changed; a `nullable` one that was emptied is sent as null.
 * @typedef {"text" | "area" | "number" | "day" | "instant" | "list" | "flag"} FieldKind
 * @typedef {{name: string, label: string, kind?: FieldKind, value?: any, options?: [string, string][], isRequired?: boolean, isNullable?: boolean, max?: number, hint?: string}} DeskField
 */

const REASON_CHARS_MAX = 400;
const SHANGHAI = "+08:00";

/** The reason that every act of a desk has. @returns {DeskField} */
export const reasonField = () => ({ name: "reason", label: "ops.reason", isRequired: true, max: REASON_CHARS_MAX });

/** A name in both languages. @param {{"zh-CN": string, en: string} | null} value @param {string} name @param {string} label @returns {DeskField[]} */
export const bothLanguages = (value = null, name = "name", label = "ops.name") =>
  /** @type {const} */ (["zh-CN", "en"]).map((language) => ({ name: `${name}.${language}`, label: `${label}.${language === "en" ? "en" : "zh"}`, value: value?.[language], isRequired: true, max: 200 }));

/**
 * A form behind a summary. `send` gets the request's body and says by its answer that it was taken; then the form closes.
 * @param {{summary: string, go: string, fields: DeskField[], send: (body: any) => Promise<unknown>, isSignedOut: (error: any) => boolean}} options
 */
export function deskForm({ summary, go, fields, send, isSignedOut }) {
  const inputs = new Map(fields.map((field) => [field, inputOf(field)]));
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const button = h("button", { class: "button primary", type: "submit" }, t(go));
  const rows = fields.map((field) => labelled(field, /** @type {any} */ (inputs.get(field))));
  const form = h("form", { class: "inline-form" }, h("div", { class: "form-row" }, rows), refused, button);
  const element = h("details", { class: "account-changes" }, h("summary", {}, t(summary)), form);
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    button.disabled = true;
    tell(refused, "");
    try {
      await send(bodyOf(inputs));
      form.reset();
      element.open = false;
    } catch (error) {
      if (!isSignedOut(error)) tell(refused, explainOnce(error));
    } finally {
      button.disabled = false;
    }
  });
  return element;
}

/** @param {DeskField} field @param {HTMLElement} input */
function labelled(field, input) {
  const name = h("span", {}, t(field.label));
  const hint = field.hint ? h("small", { class: "note" }, t(field.hint)) : null;
  return field.kind === "flag" ? h("label", { class: "check" }, input, name) : h("label", {}, name, input, hint);
}

/** @param {DeskField} field */
function inputOf({ name, kind = "text", value, options, isRequired, max }) {
  if (options) {
    const choices = options.map(([code, label]) => h("option", { value: code, selected: code === value }, label));
    return h("select", { class: "input", name, required: isRequired }, isRequired ? null : h("option", { value: "" }, "–"), ...choices);
  }
  if (kind === "flag") return h("input", { type: "checkbox", name, checked: Boolean(value) });
  const attributes = { class: "input", name, required: isRequired, maxlength: max, autocomplete: "off" };
  if (kind === "area") return h("textarea", { ...attributes, rows: 3 }, written(kind, value));
  const type = { number: "number", day: "date", instant: "datetime-local", text: "text", list: "text" }[kind];
  return h("input", { ...attributes, type, step: kind === "number" ? "any" : null, value: written(kind, value) });
}

/** A value as its input shows it. @param {FieldKind} kind @param {any} value @returns {string} */
function written(kind, value) {
  if (value === null || value === undefined) return "";
  if (kind === "list") return value.join(" ");
  if (kind === "instant") return new Date(Date.parse(value) + 8 * 3600_000).toISOString().slice(0, 16);
  return String(value);
}

/** What an input says, or undefined where it says nothing. @param {FieldKind} kind @param {any} input */
function readValue(kind, input) {
  if (kind === "flag") return input.checked;
  const text = input.value.trim();
  if (!text) return undefined;
  if (kind === "number") return Number(text);
  if (kind === "instant") return `${text}:00${SHANGHAI}`;
  return kind === "list" ? text.split(/[\s,，、]+/).filter(Boolean) : text;
}

/** The request that a form's fields make. @param {Map<DeskField, any>} inputs */
export function bodyOf(inputs) {
  /** @type {Record<string, any>} */
  const body = {};
  const changed = new Set([...inputs].filter(([field, input]) => isChanged(field, input)).map(([{ name }]) => name.split(".")[0]));
  for (const [field, input] of inputs) {
    const [name, part] = field.name.split(".");
    if (!changed.has(name)) continue;
    const value = readValue(field.kind ?? "text", input) ?? (field.isNullable ? null : undefined);
    if (part) body[name] = { ...body[name], [part]: value };
    else if (value !== undefined) body[name] = value;
  }
  return body;
}

/** @param {DeskField} field @param {any} input */
function isChanged({ kind = "text", value }, input) {
  if (value === undefined) return kind === "flag" ? input.checked : input.value.trim() !== "";
  return kind === "flag" ? input.checked !== value : input.value.trim() !== written(kind, value);
}
