// A citizen's certificates, each with the link that opens its lines, and a new link that closes the one before.
import { confirm } from "../shared/confirm.js";
import { byId, h } from "../shared/dom.js";
import { either, mass, momentOf, t } from "../shared/i18n.js";
import { pathOf } from "../shared/result.js";

const PAGE = 20;

/** The account's card; hidden while there are no certificates. */
export function readCertificates(/** @type {Account} */ account, /** @type {Section} */ section) {
  const read = section.list("certificates", (cursor) => account.ask(`/v1/me/certificates?limit=${PAGE}${cursor}`), (each) => row(account, section, each));
  return async () => {
    byId("certificates-card").hidden = (await read()).items.length === 0;
  };
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/certificates">} */ certificate) {
  const open = h("a", { class: "button tiny", href: pathOf(certificate.url) }, t("certificates.open"));
  const renew = h("button", { class: "button quiet tiny", type: "button", "data-renew": certificate.number }, t("certificates.renew"));
  renew.addEventListener("click", () => askToRenew(account, section, certificate, open));
  return h(
    "li",
    { class: "entry", "data-certificate": certificate.number },
    h("div", {}, h("p", { class: "entry-name" }, either(certificate.event.name)), h("p", { class: "note" }, certificate.number), h("p", { class: "note" }, t("certificates.told", { mass: mass(certificate.grams), when: momentOf(certificate.issued_at) }))),
    h("div", { class: "entry-buttons" }, open, renew),
  );
}

function askToRenew(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/certificates">} */ { number }, /** @type {HTMLElement} */ open) {
  confirm({
    title: t("certificates.renew.title", { number }),
    texts: [t("certificates.renew.text")],
    yes: t("certificates.renew.yes"),
    perform: async (button, notices) => {
      const answer = await section.press(button, ["renew", number], (key) => account.post(`/v1/me/certificates/${number}/link`, undefined, key), notices);
      if (answer === null) return null;
      open.setAttribute("href", pathOf(answer.url));
      return [t("certificates.renewed"), h("p", {}, h("a", { href: pathOf(answer.url), id: "renewed" }, number))];
    },
  });
}
