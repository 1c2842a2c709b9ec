// A consent where it is needed: what it is for in a sentence, agreed to in one tap, and what was begun goes on.
import { h } from "./dom.js";
import { Stopped } from "./retry.js";
import { either, t } from "./i18n.js";

/**
 * Attempt what may need a consent. Refused for the lack of one, the panel asks for it; once it is given the attempt is made
 * again, and without it nothing more happens.
 * @template T @param {Session["ask"]} ask @param {HTMLElement} panel @param {() => Promise<T>} attempt @returns {Promise<T>}
 */
export async function consenting(ask, panel, attempt) {
  try {
    return await attempt();
  } catch (error) {
    if (error.code !== "consent_needed") throw error;
    const consents = await ask("/v1/me/consents");
    const consent = consents.items.find((each) => each.scope === error.scope);
    if (!consent) throw error;
    if (!(await isAgreed(panel, consent))) throw new Stopped();
    await give(ask, consent);
    return attempt();
  }
}

/** Give a consent to the version that is shown, or withdraw it. @param {Session["ask"]} ask @param {ItemOf<"/v1/me/consents">} consent */
export function give(ask, { scope, policy_in_force }, granted = true) {
  return ask("/v1/me/consents", { method: "POST", body: { scope, granted, policy_version: policy_in_force } });
}

/** @param {HTMLElement} panel @param {ItemOf<"/v1/me/consents">} consent @returns {Promise<boolean>} */
function isAgreed(panel, consent) {
  return new Promise((resolve) => {
    /** @param {boolean} agreed */
    const answer = (agreed) => {
      panel.hidden = true;
      resolve(agreed);
    };
    panel.dataset.code = "consent_needed";
    panel.replaceChildren(
      h("h2", {}, t("privacy.ask")),
      h("p", {}, h("strong", {}, either(consent.name)), " ", either(consent.about)),
      consent.renewal_needed ? h("p", {}, t("privacy.state.renewal")) : "",
      h(
        "div",
        { class: "buttons" },
        h("button", { class: "button primary", type: "button", "data-consent": consent.scope, onclick: () => answer(true) }, t("privacy.ask.agree")),
        h("button", { class: "button", type: "button", onclick: () => answer(false) }, t("privacy.ask.no")),
        h("a", { class: "button quiet", href: "/privacy#consents" }, t("privacy.ask.read")),
      ),
    );
    panel.hidden = false;
    panel.scrollIntoView({ block: "nearest" });
    panel.focus({ preventScroll: true });
  });
}
