// Donating reductions to a cause: which, how much, and a confirmation first, because a donation is final.
import { confirm } from "../shared/confirm.js";
import { byId, fieldOf, h, tell } from "../shared/dom.js";
import { showRows } from "../shared/lazy_section.js";
import { count, either, mass, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

export function readCauses(/** @type {Account} */ account, /** @type {Section} */ section) {
  // What was typed for a cause outlives a reading of the list.
  /** @type {Map<string, string>} */
  const typed = new Map();
  const readDonations = section.list("donations", (cursor) => account.ask(`/v1/me/donations?limit=${PAGE}${cursor}`), donationRow);
  return async () => {
    const [{ items }, claims, donations] = await Promise.all([account.ask(`/v1/causes?limit=${PAGE}`), account.ask("/v1/me/claims"), readDonations()]);
    byId("donations-part").hidden = donations.items.length === 0;
    byId("cause-mine").textContent = claims.personal_g > 0 ? t("causes.mine", { mass: mass(claims.personal_g) }) : t("causes.mine.none");
    const open = items.filter((cause) => cause.is_open);
    const cards = open.map((cause) => causeCard(account, section, cause, claims.personal_g, typed));
    showRows(byId("causes"), cards, t("causes.none"));
  };
}

function causeCard(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/causes">} */ cause, /** @type {number} */ personal_g, /** @type {Map<string, string>} */ typed) {
  const grams = h("input", { class: "input short", type: "number", inputmode: "numeric", min: "1", step: "1", name: "grams", value: typed.get(cause.slug) ?? "", "aria-label": t("causes.grams"), placeholder: t("causes.grams") });
  const error = h("p", { class: "field-error", role: "alert", hidden: true });
  const give = h("button", { class: "button primary", type: "submit", "data-give": cause.slug }, t("causes.give"));
  give.disabled = personal_g === 0;
  const part = h("div", { class: "cause-part" }, grams, h("p", { class: "note" }, t("causes.grams.note")), error);
  const choice = (/** @type {string} */ value) => h("label", { class: "segment" }, h("input", { type: "radio", name: "amount", value, checked: (value === "part") === typed.has(cause.slug) }), h("span", {}, t(`causes.${value}`)));
  const form = h("form", { class: "cause-form", novalidate: true }, h("fieldset", { class: "segments two" }, h("legend", { class: "sr" }, t("causes.amount")), choice("all"), choice("part")), part, give);
  const showChoice = () => {
    part.hidden = fieldOf(form, "amount").value === "all";
    if (part.hidden) typed.delete(cause.slug);
    else typed.set(cause.slug, grams.value);
  };
  form.addEventListener("input", showChoice);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const asked = part.hidden ? null : Math.floor(Number(grams.value));
    tell(error, asked !== null && !(asked >= 1) ? t("causes.grams.missing") : "");
    if (!error.hidden) grams.focus();
    else ask(account, section, cause, asked, personal_g, typed);
  });
  showChoice();
  return h("li", { class: "cause", "data-cause": cause.slug }, h("h3", {}, either(cause.name)), h("p", { class: "note" }, either(cause.about)), h("p", { class: "cause-sum" }, t(["causes.sum.none", "causes.sum.one"][cause.donations] ?? "causes.sum", { mass: mass(cause.donated_g), n: count(cause.donations) })), form);
}

function ask(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/causes">} */ cause, /** @type {number | null} */ grams, /** @type {number} */ personal_g, /** @type {Map<string, string>} */ typed) {
  confirm({
    title: t("causes.confirm", { name: either(cause.name) }),
    texts: [t("causes.confirm.text", { mass: mass(Math.min(grams ?? personal_g, personal_g)) })],
    yes: t("causes.confirm.yes"),
    perform: async (button, notices) => {
      const body = grams === null ? { cause: cause.slug } : { cause: cause.slug, grams };
      const answer = await section.press(button, ["donate", body], (key) => account.post("/v1/me/donations", body, key), notices);
      if (answer === null) return null;
      typed.delete(cause.slug);
      account.changed();
      const done = t(answer.actions === 1 ? "causes.done.one" : "causes.done", { mass: mass(answer.grams), n: count(answer.actions) });
      return [either(answer.cause.name), h("p", { id: "donated", "data-grams": answer.grams }, done), answer.has_more ? h("p", {}, t("causes.done.more")) : null];
    },
  });
}

function donationRow(/** @type {ItemOf<"/v1/me/donations">} */ donation) {
  return h("li", { class: "entry", "data-donation": donation.id }, h("div", {}, h("p", { class: "entry-name" }, either(donation.cause.name)), h("p", { class: "note" }, momentOf(donation.created_at))), h("div", { class: "entry-end" }, h("strong", {}, mass(donation.grams))));
}
