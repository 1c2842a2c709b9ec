// A button that reports a name which others see: whoever reads it, signed in or not.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";

/** @param {"team" | "certificate"} kind @param {string} subject a team's id, a certificate's number */
export function reportButton(kind, subject) {
  const button = h("button", { class: "button quiet tiny screen-only", type: "button", "data-report": kind }, t("name.report"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await ask("/v1/name-reports", { method: "POST", body: { kind, subject } });
      button.textContent = t("name.reported");
    } catch {
      button.textContent = t("name.report.failed");
      button.disabled = false;
    }
  });
  return button;
}
