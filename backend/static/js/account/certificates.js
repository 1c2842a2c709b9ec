// A citizen's certificates: each with the link that opens its lines, a new link that closes the one before, its name, a way to share it.
import { confirm, show } from "../shared/confirm.js";
import { byId, first, h } from "../shared/dom.js";
import { save } from "../shared/files.js";
import { refusalOf, send } from "../shared/api.js";
import { typedWords } from "../shared/typed_text.js";
import { LANGUAGE, either, mass, momentOf, t } from "../shared/i18n.js";
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
  const name = h("button", { class: "button quiet tiny", type: "button", "data-name": certificate.number }, t("certificates.name"));
  name.addEventListener("click", () => askName(account, section, certificate.number));
  const share = h("button", { class: "button tiny", type: "button", "data-share": certificate.number }, t("certificates.share"));
  share.addEventListener("click", () => section.press(share, ["share", certificate.number], () => shareCertificate(certificate, share)));
  return h(
    "li",
    { class: "entry", "data-certificate": certificate.number },
    h("div", {}, h("p", { class: "entry-name" }, either(certificate.event.name)), h("p", { class: "note" }, certificate.number), h("p", { class: "note" }, t("certificates.told", { mass: mass(certificate.grams), when: momentOf(certificate.issued_at) }))),
    h("div", { class: "entry-buttons" }, open, share, name, renew),
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

/** The picture of a certificate, to the phone's own sheet or into a file. It shows totals alone. @param {ItemOf<"/v1/me/certificates">} certificate @param {HTMLElement} button */
async function shareCertificate({ number, event }, button) {
  const response = await send(`/v1/certificates/${number}.png?language=${LANGUAGE}`, { accept: "image/png" });
  if (!response.ok) throw refusalOf(response, await response.json().catch(() => null));
  const picture = await response.blob();
  const file = new File([picture], `${number}.png`, { type: "image/png" });
  const text = t("certificates.share.text", { event: either(event.name), address: `${location.origin}/c/${number}` });
  try {
    if (navigator.canShare?.({ files: [file], text })) return await navigator.share({ files: [file], text });
  } catch (error) {
    // Given up in the phone's sheet: nothing is saved instead.
    if (error.name === "AbortError") return;
  }
  save(picture, file.name);
  button.textContent = t("certificates.share.saved");
}

/** A name that everybody who has the number sees: typed, agreed to, taken off again. @param {Account} account @param {Section} section @param {string} number */
function askName(account, section, number) {
  const field = h("input", { class: "input", id: "certificate-name", maxlength: "40", autocomplete: "name", required: true });
  const agreed = h("input", { type: "checkbox", id: "certificate-name-agreed" });
  confirm({
    title: t("certificates.name.title", { number }),
    texts: [t("certificates.name.text")],
    yes: t("certificates.name.yes"),
    perform: async (button, notices) => {
      const body = { name: typedWords(field.value), consent: agreed.checked };
      const answer = await section.press(button, ["name", number, body], (key) => account.post(`/v1/me/certificates/${number}/name`, body, key), notices);
      return answer === null ? null : [t("certificates.named", { name: answer.name })];
    },
  });
  const remove = h("button", { class: "button quiet tiny", type: "button", id: "certificate-name-remove" }, t("certificates.name.remove"));
  remove.addEventListener("click", async () => {
    const gone = await section.press(remove, ["unname", number], async () => (await account.session.ask(`/v1/me/certificates/${number}/name`, { method: "DELETE" })) ?? true);
    if (gone !== null) show([t("certificates.unnamed")]);
  });
  first("div", byId("dialog-body")).append(h("div", { class: "question" }, h("label", { for: "certificate-name" }, t("certificates.name.label")), field), h("label", { class: "check" }, agreed, h("span", {}, t("certificates.name.agree"))), h("p", {}, remove));
  field.focus();
}
