// A refusal as one sentence after another, for places that have a line for it.
import { Refused } from "./api.js";
import { advice, t } from "./words.js";

export function told(error) {
  if (error instanceof Refused) return [error.title, error.detail !== error.title ? error.detail : "", advice(error.code, error.status)].filter(Boolean).join(" ");
  return `${t("unreachable.title")}${t("stop")}${t("unreachable.detail")}`;
}
