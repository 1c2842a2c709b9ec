// Organisations of the regulator's desk, with their states and licences.
import { cityName } from "../shared/city_names.js";
import { byId, fieldOf, h } from "../shared/dom.js";
import { count, dayOf, either, t } from "../shared/i18n.js";
import { chip } from "./supervision_desk.js";

/** @param {import("./supervision_desk.js").Desk} desk */
export function subjectsPart(desk) {
  const load = desk.list(
    byId("subjects"),
    byId("subjects-more"),
    (cursor) => desk.session.ask(`/v1/supervision/subjects?limit=20&query=${encodeURIComponent(fieldOf(byId("subjects-form"), "query").value)}${cursor}`),
    row,
    t("supervision.subjects.none"),
  );
  byId("subjects-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    load();
  });
  return load;
}

/** @param {ItemOf<"/v1/supervision/subjects">} subject */
function row(subject) {
  const licences = subject.licences.map((licence) =>
    h(
      "li",
      {},
      t("supervision.subject.licence", {
        kind: t(`supervision.subject.licence.${licence.kind}`),
        number: licence.number,
        issuer: licence.issuer,
        from: dayOf(licence.valid_from),
        to: licence.valid_to ? dayOf(licence.valid_to) : t("supervision.subject.licence.open"),
      }),
      " · ",
      h("strong", {}, t(licence.is_valid ? "supervision.subject.licence.valid" : "supervision.subject.licence.invalid")),
    ),
  );
  return h(
    "li",
    { "data-organisation": subject.code },
    h("div", { class: "card-head" }, h("h3", {}, either(subject.name)), h("span", { class: "chips" }, subject.lists.map((each) => chip(t(`supervision.list.${each.list}`), each.list === "green" ? "posted" : "rejected")), chip(t(`supervision.subject.${subject.subject}`)), chip(t(`supervision.subject.${subject.state}`), subject.state === "active" ? "posted" : "lost"))),
    h("p", { class: "note" }, [subject.code, subject.city && cityName(subject.city), t("supervision.subject.events", { n: count(subject.running_events) }), subject.state_why].filter(Boolean).join(" · ")),
    subject.lists.map((each) => h("p", { class: "note" }, `${t(`supervision.list.${each.list}`)}: ${each.reason}${each.valid_to ? ` (${dayOf(each.valid_to)})` : ""}`)),
    subject.open_cases ? h("p", { class: "note" }, h("a", { href: "/staff/lists" }, t("supervision.subject.cases", { n: count(subject.open_cases) }))) : null,
    licences.length ? h("div", {}, h("h4", {}, t("supervision.subject.licences")), h("ul", { class: "plain-list" }, licences)) : null,
  );
}
