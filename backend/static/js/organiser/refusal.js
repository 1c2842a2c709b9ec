// A refusal as one sentence after another, for places that have a line for it.
import { Refused } from "../shared/api.js";
import { advice, t } from "../shared/i18n.js";

export function told(error) {
  if (error instanceof Refused) return [error.title, error.detail !== error.title ? error.detail : "", advice(error.code, error.status)].filter(Boolean).join(" ");
  return `${t("unreachable.title")}${t("stop")}${t("unreachable.detail")}`;
}

/** The same for what counts again when it is asked again: without an answer nobody knows whether it was done. */
export const toldOnce = (error) => (error instanceof Refused ? told(error) : t("desk.unsure"));
