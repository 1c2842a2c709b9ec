// Alerts of the regulator's desk: what is late or unusual, and what is done about it.
import { byId, h } from "../shared/dom.js";
import { either, momentOf, t } from "../shared/i18n.js";
import { NOTE_CHARS_MAX, chip, refusedPlace } from "./supervision_desk.js";

/** @typedef {import("./supervision_desk.js").Desk} Desk */
/** @typedef {ItemOf<"/v1/supervision/alerts">} Alert */

/** @param {Desk} desk */
export function alertsPart(desk) {
  /** @type {() => Promise<void>} */
  const load = desk.list(
    byId("alerts"),
    byId("alerts-more"),
    (cursor) => desk.session.ask(`/v1/supervision/alerts?limit=20${byId("alert-kind").value ? `&kind=${byId("alert-kind").value}` : ""}${cursor}`),
    (alert) => alertRow(desk, alert, load),
    t("supervision.alerts.none"),
  );
  byId("alert-kind").addEventListener("change", load);
  return load;
}

/** @param {Desk} desk @param {Alert} alert @param {() => Promise<unknown>} reload */
export function alertRow(desk, alert, reload) {
  const name = alert.event_name ? either(alert.event_name) : alert.subject;
  return h(
    "li",
    { "data-alert": alert.kind, "data-subject": alert.subject },
    h("div", { class: "card-head" }, h("h3", {}, either(alert.name)), chip(t("supervision.alert.since", { at: momentOf(alert.since) }), alert.note ? "" : "lost")),
    h("p", {}, alert.link ? h("a", { href: alert.link }, name) : h("code", {}, name), alert.event ? h("span", { class: "note" }, ` ${alert.event}`) : null),
    alert.note ? h("p", { class: "note" }, t("supervision.alert.noted", { by: alert.acknowledged_by ?? "", at: momentOf(alert.acknowledged_at ?? alert.since), note: alert.note })) : null,
    desk.isRegulator ? noteForm(desk, alert, reload) : null,
  );
}

/** @param {Desk} desk @param {Alert} alert @param {() => Promise<unknown>} reload */
function noteForm(desk, alert, reload) {
  const note = h("input", { class: "input", maxlength: NOTE_CHARS_MAX, required: true, placeholder: t("supervision.alert.note.hint"), "aria-label": t("supervision.alert.note") });
  const button = h("button", { class: "button", type: "submit" }, t("supervision.alert.acknowledge"));
  const refused = refusedPlace();
  const form = h("form", { class: "find" }, note, button);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    desk.press(button, refused, async () => {
      const body = { kind: alert.kind, subject: alert.subject, note: note.value.trim() };
      await desk.session.ask("/v1/supervision/alerts/acknowledgements", { method: "POST", body });
      await reload();
    });
  });
  return h("div", {}, form, refused);
}
