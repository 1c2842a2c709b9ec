// Periods of a person's life: programmes that are open, one's own periods with their lines, closing, and the offset.
import { confirm, show } from "../shared/confirm.js";
import { byId, h, icon, tell } from "../shared/dom.js";
import { noticesIn, showRows } from "../shared/lazy_section.js";
import { count, dayOf, either, mass, t, word } from "../shared/i18n.js";
import { pathOf } from "../shared/result.js";
import { periodForm } from "./period_form.js";

/** @typedef {ItemOf<"/v1/me/periods">} Period */

/** @type {Record<string, string>} */
const ICONS = { home_electricity: "venue_energy", home_gas: "venue_energy", home_heat: "venue_energy", everyday_travel: "travel_local", private_journey: "travel_intercity", food: "meals" };

export function readPeriods(/** @type {Account} */ account, /** @type {Section} */ section) {
  return async () => {
    const [programmes, periods] = await Promise.all([account.ask("/v1/programmes"), account.ask("/v1/me/periods")]);
    const mine = new Set(periods.items.map((each) => each.programme.slug));
    const open = programmes.items.filter((each) => !mine.has(each.slug));
    byId("programmes-part").hidden = open.length === 0 && periods.items.length > 0;
    showRows(byId("programmes"), open.map((each) => programmeRow(account, section, each)), t("period.programmes.none"));
    byId("periods").replaceChildren(...periods.items.map((each) => periodCard(account, section, each)));
  };
}

function programmeRow(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/programmes">} */ programme) {
  const open = h("button", { class: "button primary tiny", type: "button", "data-open": programme.slug }, t("period.open"));
  open.addEventListener("click", async () => {
    const answer = await section.press(open, ["period", programme.slug], () => account.post("/v1/me/periods", { programme: programme.slug }));
    if (answer !== null) section.reload();
  });
  return h("li", { class: "entry", "data-programme": programme.slug }, h("div", {}, h("p", { class: "entry-name" }, either(programme.name)), h("p", { class: "note" }, `${dayOf(programme.starts_on)} – ${dayOf(programme.ends_on)}`)), h("div", { class: "entry-buttons" }, open));
}

function periodCard(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {Period} */ period) {
  const title = `period-title-${period.id}`;
  const card = h("section", { class: "card part-narrow period-card", "data-period": period.id, "data-state": period.state, "aria-labelledby": title });
  const sum = h("div", {});
  showSum(sum, period);
  const head = h("div", { class: "card-head" }, h("h2", { id: title }, either(period.programme.name)), h("span", { class: "chip", "data-state": period.state }, t(`period.state.${period.state}`)));
  card.append(head, h("p", { class: "note" }, either(period.about)));
  if (period.state === "open") {
    const onTold = (/** @type {Period} */ told) => {
      showSum(sum, told);
      period = told;
    };
    card.append(periodForm(account, section, period, onTold));
  }
  card.append(sum, eventsOf(period));
  card.append(period.state === "open" ? closing(account, section, () => period) : offsetting(account, section, period));
  return card;
}

/** The total and a line per source, with a bar as long as its share. @param {HTMLElement} place @param {Period} period */
function showSum(place, period) {
  const { footprint } = period;
  const most = Math.max(1, ...footprint.lines.map((line) => line.emission_g));
  const rows = footprint.lines.map((line) => {
    const fill = h("span", { class: "bar-fill" });
    fill.style.setProperty("--share", String(line.emission_g / most));
    const vehicle = line.note ? ` · ${wordOfMode(line.note)}` : "";
    const told = `${count(Number(line.quantity))} ${word("unit", line.unit)} × ${Number(line.factor_g)} g · ${line.factor_id} · ${t(`period.quality.${period.qualities[line.source]}`)}`;
    return h("li", { class: "bar bar-row", "data-source": line.source }, icon(ICONS[line.source] ?? "leaf"), h("span", { class: "bar-name" }, t(`source.${line.source}`), vehicle, " ", h("small", {}, told)), h("span", { class: "bar-mass" }, mass(line.emission_g)), h("span", { class: "bar-track", "aria-hidden": "true" }, fill));
  });
  const missing = [...period.not_included.map((source) => t(`source.${source}`)), ...period.outside.map((each) => t(`period.outside.${each}`))];
  place.replaceChildren(
    h("p", { class: "big", role: "status" }, h("output", { class: "big-number", "data-total": footprint.total_g }, mass(footprint.total_g)), h("small", {}, ` ±${footprint.uncertainty_pct}%`)),
    h("ul", { class: "bars kinds" }, ...rows),
    h("p", { class: "note" }, t("period.missing", { what: missing.join(t("list.names")) })),
  );
}

const IN_TOWN = ["metro", "bus", "bike", "walk"];
const wordOfMode = (/** @type {string} */ mode) => (mode === "ebike" ? t("period.mode.ebike") : word(IN_TOWN.includes(mode) ? "local_mode" : "mode", mode));

function eventsOf(/** @type {Period} */ period) {
  if (period.events.length === 0) return h("p", { class: "note" }, t("period.events.none"));
  const rows = period.events.map((each) => h("li", { class: "entry", "data-event": each.slug }, h("div", {}, h("p", { class: "entry-name" }, either(each.name)), h("p", { class: "note" }, `${each.city} · ${dayOf(each.starts_on)} – ${dayOf(each.ends_on)}`)), h("div", { class: "entry-end" }, h("strong", {}, mass(each.footprint_g)))));
  return h("div", {}, h("h3", {}, t("period.events")), h("ul", { class: "entries" }, ...rows));
}

/** Closing is for good, so it is confirmed. @param {Account} account @param {Section} section @param {() => Period} current */
function closing(account, section, current) {
  const { programme, events, id } = current();
  const agreed = h("input", { type: "checkbox", "data-left-out": id });
  const place = h("div", {});
  const button = h("button", { class: "button", type: "button", "data-close": id, disabled: !programme.has_ended }, t("period.close"));
  button.addEventListener("click", () =>
    confirm({
      title: t("period.close.title", { name: either(programme.name) }),
      texts: [t("period.close.text", { mass: mass(current().footprint.total_g) })],
      yes: t("period.close"),
      perform: async (pressed, notices) => {
        const body = { events_left_out: agreed.checked };
        const answer = await section.press(pressed, ["close", id, body], () => account.post(`/v1/me/periods/${id}/closing`, body), notices);
        if (answer === null) return null;
        section.reload();
        return [t("period.closed"), h("p", { id: "period-closed" }, t("period.closed.text", { mass: mass(answer.footprint.total_g) }))];
      },
    }),
  );
  const confirmation = events.length > 0 ? h("label", { class: "check" }, agreed, h("span", {}, t("period.events.confirm"))) : "";
  place.append(confirmation, h("p", { class: "note" }, programme.has_ended ? t("period.close.note") : t("period.close.after", { day: dayOf(programme.ends_on) })), h("div", { class: "buttons" }, button));
  return place;
}

/** The offset of a closed period: asked for once, all of it or a part; then its certificate. @param {Account} account @param {Section} section @param {Period} period */
function offsetting(account, section, period) {
  const { attendance, footprint, id } = period;
  const place = h("div", { "data-offset": attendance?.offset ? attendance.offset.kind : "none" });
  if (attendance?.offset && attendance.certificate) {
    const { grams, kind } = attendance.offset;
    place.append(h("p", { class: "notice calm" }, t(`period.offset.${kind}`, { mass: mass(grams) })), h("div", { class: "buttons" }, h("a", { class: "button primary", href: pathOf(attendance.certificate.url), "data-certificate": attendance.certificate.number }, icon("certificate"), h("span", {}, t("result.certificate")))));
    return place;
  }
  const share = h("input", { class: "input short", type: "number", inputmode: "numeric", min: "1", max: "100", step: "1", value: "100", "aria-label": t("period.share") });
  const error = h("p", { class: "field-error", role: "alert", hidden: true });
  const ask = h("button", { class: "button primary", type: "submit", "data-ask": id }, t("period.offset"));
  const form = h("form", { class: "inline-form", novalidate: true }, h("label", {}, h("span", {}, t("period.share")), share), error, h("div", { class: "buttons" }, ask));
  const notices = noticesIn(form);
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const percent = Number(share.value);
    tell(error, Number.isInteger(percent) && percent >= 1 && percent <= 100 ? "" : t("period.share.wrong"));
    if (!error.hidden) return share.focus();
    const body = { share: percent };
    const answer = await section.press(ask, ["offset", id, body], (key) => account.post(`/v1/me/periods/${id}/offset`, body, key), notices);
    if (answer === null) return;
    account.changed();
    if (!answer.offset) show([t("period.waits"), h("p", {}, t(`period.waits.${answer.offset_status}`))]);
  });
  place.append(h("p", { class: "note" }, attendance?.waiting ? t("period.waits.line") : t("period.offset.note", { mass: mass(footprint.total_g) })), form);
  return place;
}
