// What anybody may read of an organisation: its chip of state, its facts, its licences.
import { cityName } from "./city_names.js";
import { h } from "./dom.js";
import { dayOf, either, t } from "./i18n.js";

/** @typedef {Schema<"OrganisationView">} Organisation */
/** @typedef {Organisation["licences"][number]} Licence */

/** A calendar day of the platform's, as the API writes days. */
const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });

/** @param {Organisation["state"]} state */
export const stateChip = (state) => h("span", { class: "chip", "data-state": state === "active" ? "live" : state === "applied" ? "" : "lost" }, t(`organisations.state.${state}`));

/** @param {Organisation} organisation */
export function factsOf(organisation) {
  const facts = [
    [t("organisations.code"), organisation.is_provisional ? `${organisation.code} · ${t("organisations.provisional")}` : organisation.code],
    [t("organisations.kind"), organisation.kinds.map((kind) => t(`organisations.kind.${kind}`)).join(" · ")],
    [t("organisations.subject"), t(`organisations.subject.${organisation.subject}`)],
    ...(organisation.city ? [[t("organisations.city"), cityName(organisation.city)]] : []),
    [t("organisations.since"), dayOf(DAY.format(new Date(organisation.created_at)))],
  ];
  return h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** @param {Organisation} organisation */
export const nameOf = (organisation) => either(organisation.name);

/** @param {Licence} licence */
export function licenceState(licence) {
  if (licence.revoked_at) return t("organisations.licence.revoked", { why: licence.revoked_why ?? "" });
  if (!licence.is_confirmed) return t("organisations.licence.waits");
  return licence.is_valid ? t("organisations.licence.valid") : t("organisations.licence.over");
}

/** @param {Licence[]} licences @param {(licence: Licence) => HTMLElement | null} [desk] */
export function licenceList(licences, desk = () => null) {
  if (licences.length === 0) return h("p", { class: "note" }, t("organisations.licences.none"));
  return h(
    "ul",
    { class: "accounts" },
    licences.map((licence) =>
      h(
        "li",
        { class: "card", "data-licence": licence.id },
        h("div", { class: "card-head" }, h("h3", {}, t(`organisations.licence.${licence.kind}`)), h("span", { class: "chip", "data-state": licence.is_valid ? "live" : licence.is_confirmed ? "lost" : "" }, licenceState(licence))),
        h("p", {}, `${licence.number} · ${licence.issuer}`),
        h("p", { class: "note" }, licence.valid_to ? t("organisations.licence.term", { from: dayOf(licence.valid_from), to: dayOf(licence.valid_to) }) : t("organisations.licence.term.open", { from: dayOf(licence.valid_from) })),
        desk(licence),
      ),
    ),
  );
}
