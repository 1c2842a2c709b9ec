// Refusals as sentences, for the line under a form or a list.
import { Refused } from "./api.js";
import { advice, ownAdvice, t } from "./i18n.js";

/** What was refused, why, and what to do next. @param {any} error */
export function explain(error) {
  if (!(error instanceof Refused)) return `${t("unreachable.title")}${t("stop")}${t("unreachable.detail")}`;
  const sentences = [error.title, error.detail === error.title ? "" : error.detail].filter(Boolean);
  return [...sentences.map((sentence) => sentence.replace(/[。.]$/, "") + t("stop").trim()), advice(error.code, error.status)].join(" ");
}

/** The same beside a field, where what to do next is said by the refusal itself. @param {any} error */
export function explainField(error) {
  if (!(error instanceof Refused)) return explain(error);
  const sentences = [error.title, error.detail === error.title ? "" : error.detail, ownAdvice(error.code)].filter(Boolean);
  return sentences.map((sentence) => sentence.replace(/[。.]$/, "") + t("stop").trim()).join(" ");
}

/** The same for a request that must not be repeated: without an answer nobody knows whether it was carried out. @param {any} error */
export const explainOnce = (error) => (error instanceof Refused ? explain(error) : t("refusal.unsure"));
