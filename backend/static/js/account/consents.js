// Every consent with its state: given and withdrawn with one tap each, and asked for again where the policy changed.
import { byId, h } from "../shared/dom.js";
import { give } from "../shared/consent.js";
import { showRows } from "../shared/lazy_section.js";
import { either, t } from "../shared/i18n.js";

export function readConsents(/** @type {Account} */ account, /** @type {Section} */ section) {
  return async () => {
    const consents = await account.ask("/v1/me/consents");
    showRows(byId("consents"), consents.items.map((consent) => row(account, section, consent)), "");
  };
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/consents">} */ consent) {
  const state = consent.is_granted ? "given" : consent.renewal_needed ? "renewal" : "none";
  const withdraw = consent.is_granted || consent.renewal_needed ? h("button", { class: "button tiny", type: "button", "data-withdraw": consent.scope }, t("privacy.withdraw")) : null;
  // A partner is bound with a code that the partner gives.
  const isByBinding = consent.scope === "partner_sources" && state === "none";
  const agree = consent.is_granted || isByBinding ? null : h("button", { class: "button tiny primary", type: "button", "data-give": consent.scope }, t(state === "renewal" ? "privacy.give.again" : "privacy.give"));
  for (const [button, granted] of /** @type {[HTMLButtonElement | null, boolean][]} */ ([[agree, true], [withdraw, false]])) {
    button?.addEventListener("click", async () => {
      const answer = await section.press(button, [consent.scope, granted], () => give(account.ask, consent, granted));
      if (answer !== null) account.changed();
    });
  }
  return h(
    "li",
    { class: "entry", "data-scope": consent.scope, "data-state": state },
    h("div", {}, h("p", { class: "entry-name" }, either(consent.name)), h("p", { class: "note" }, either(consent.about)), isByBinding ? h("p", { class: "note" }, t("privacy.bind")) : null),
    h("div", { class: "entry-end" }, h("strong", {}, t(`privacy.state.${state}`)), agree, withdraw),
  );
}
