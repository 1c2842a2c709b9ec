// The fields of a method's draft and of a points rule's, and the requests that they make.
import { bothLanguages } from "./desk_form.js";

/** @typedef {import("./desk_form.js").DeskField} DeskField */
/** @typedef {{name: string, kind: string, period: string, limit: number, per?: string | null}} Cap */

const TEXT_CHARS_MAX = 200;

/** Caps as lines: name, kind, period, limit and, where it is counted apart, the parameter. @param {Cap[]} caps */
export const capsAsText = (caps) => caps.map(({ name, kind, period, limit, per }) => [name, kind, period, limit, per].filter((part) => part !== null && part !== undefined).join(" ")).join("\n");

/** @param {string} text @returns {Cap[]} */
export function capsOf(text) {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([name]) => name)
    .map(([name, kind, period, limit, per]) => ({ name, kind, period, limit: Number(limit), ...(per ? { per } : {}) }));
}

/** @param {any} value @param {string} name @returns {DeskField[]} */
function texts(value, name) {
  return bothLanguages(value ?? null, name, `drafts.field.${name}`).map((field) => ({ ...field, value: field.value ?? undefined, isRequired: false, max: TEXT_CHARS_MAX }));
}

/** The fields of a method's next version; `method` is the newest version, changed by the draft that is open. @param {any} method @param {any} draft @returns {DeskField[]} */
export function methodFields(method, draft) {
  const held = { ...method, ...draft };
  return [
    { name: "version", label: "drafts.field.version", value: draft?.version, isRequired: true, max: 32 },
    { name: "effective_from", label: "drafts.field.from", kind: "day", value: draft?.effective_from, isRequired: true },
    ...(held.formula === null ? [] : [/** @type {DeskField} */ ({ name: "formula", label: "drafts.field.formula", value: held.formula, max: 200, hint: "drafts.field.formula.hint" })]),
    ...(held.formula_silent ? [/** @type {DeskField} */ ({ name: "formula_silent", label: "drafts.field.formula_silent", value: held.formula_silent, max: 200 })] : []),
    ...(held.fixed_points === null ? [] : [/** @type {DeskField} */ ({ name: "fixed_points", label: "drafts.field.fixed_points", kind: "number", value: held.fixed_points })]),
    { name: "quantity_max", label: "drafts.field.quantity_max", kind: "number", value: held.quantity_max },
    { name: "caps", label: "drafts.field.caps", kind: "area", value: capsAsText(held.caps), isRequired: true, hint: "drafts.field.caps.hint" },
    { name: "evidence_wanted", label: "drafts.field.evidence_wanted", kind: "list", value: held.evidence_wanted, hint: "drafts.field.evidence_wanted.hint" },
    ...(held.self_declared_reason ? texts(held.self_declared_reason, "self_declared_reason") : []),
    { name: "source_ids", label: "drafts.field.source_ids", kind: "list", value: held.source_ids },
    ...texts(held.name, "name"),
    ...texts(held.description, "description"),
    ...texts(held.baseline, "baseline"),
    { name: "retired_on", label: "drafts.field.retired_on", kind: "day", value: held.retired_on ?? undefined },
  ];
}

/** @param {any} written what was changed now @param {any} draft the body of the open draft */
export function methodRequest(written, draft) {
  const caps = typeof written.caps === "string" ? { caps: capsOf(written.caps) } : {};
  return { ...draft, ...written, ...caps };
}

/** @param {any} rule the newest rule, changed by the draft that is open @param {any} draft @returns {DeskField[]} */
export function ruleFields(rule, draft) {
  const held = { ...rule, ...draft };
  return [
    { name: "id", label: "drafts.field.version", value: draft?.id, isRequired: true, max: 32 },
    { name: "effective_from", label: "drafts.field.from", kind: "day", value: draft?.effective_from, isRequired: true },
    { name: "grams_per_point", label: "drafts.field.grams_per_point", kind: "number", value: held.grams_per_point, isRequired: true },
    { name: "points_min", label: "drafts.field.points_min", kind: "number", value: held.points_min, isRequired: true },
    ...texts(held.note, "note"),
  ];
}

/** @param {any} written @param {any} draft @param {any} rule */
export function ruleRequest(written, draft, rule) {
  const { grams_per_point, points_min, note } = rule;
  return { grams_per_point, points_min, note, ...draft, ...written };
}
