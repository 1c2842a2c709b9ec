// The regulator's desk: which part is shown, and the overview.
import { cityName } from "../shared/city_names.js";
import { all, byId, h, shape } from "../shared/dom.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { count, either, t } from "../shared/i18n.js";
import { Desk, agencyName } from "./supervision_desk.js";
import { alertsPart } from "./supervision_alerts.js";
import { eventsPart, showEvent } from "./supervision_events.js";
import { inspectionsPart } from "./supervision_inspections.js";
import { samplesPart, showSample } from "./supervision_samples.js";
import { featuresPart, remitsPart } from "./supervision_settings.js";
import { subjectsPart } from "./supervision_subjects.js";

const FIRST = "overview";
const OF_OPERATORS = new Set(["remits"]);
const BAR = { label: 62, width: 170, number: 24, step: 17, height: 9 };

const session = new Session("staff");
const signIn = new StaffSignIn(session, byId("supervision-panel"), { onOpen: open });
const desk = new Desk(session, (error) => signIn.isSignedOut(error));

/** @type {Record<string, () => Promise<void>>} */
const parts = {
  overview: () => desk.show(showOverview),
  alerts: alertsPart(desk),
  events: eventsPart(desk),
  subjects: subjectsPart(desk),
  samples: samplesPart(desk),
  inspections: inspectionsPart(desk),
  remits: remitsPart(desk),
  features: featuresPart(desk),
};

window.addEventListener("hashchange", route);
byId("again").addEventListener("click", route);
signIn.start();

async function open() {
  for (const element of all("[data-of=regulator]")) element.hidden = !desk.isRegulator;
  for (const tab of all("#desk-tabs [data-part]")) tab.hidden = desk.isRegulator && OF_OPERATORS.has(tab.dataset.part ?? "");
  await desk.show(showRemit);
  await route();
}

async function route() {
  if (!session.isOpen) return;
  const [name, ...rest] = window.location.hash.slice(1).split("/");
  const part = name === "event" || name in parts ? name : FIRST;
  for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== part;
  for (const tab of all("#desk-tabs [data-part]")) {
    const isHere = tab.dataset.part === (part === "event" ? "events" : part);
    if (isHere) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
    // On a phone the tabs are a strip: the one that is open is in view.
    if (isHere) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  if (part === "event") await desk.show(() => showEvent(desk, decodeURIComponent(rest.join("/"))));
  else await parts[part]();
  if (part === "samples" && rest[0]) await desk.show(() => showSample(desk, rest[0]));
}

async function showRemit() {
  const seen = await session.ask("/v1/supervision");
  const remits = seen.remits.map((remit) => `${agencyName(remit.agency)} · ${remit.city ? cityName(remit.city) : t("supervision.remit.everywhere")}`);
  byId("remit-told").textContent = seen.is_province ? t("supervision.remit.province") : t("supervision.remit.yours", { remits: remits.join("; ") });
  const kinds = seen.alerts.map((rule) => h("option", { value: rule.kind }, either(rule.name)));
  byId("alert-kind").replaceChildren(h("option", { value: "" }, t("supervision.alert.kind.all")), ...kinds);
}

async function showOverview() {
  const seen = await session.ask("/v1/supervision");
  byId("states").replaceChildren(...seen.events.map((each) => h("tr", {}, h("th", { scope: "row" }, t(`supervision.state.${each.state}`)), h("td", { class: "num" }, count(each.events)))));
  byId("states-picture").replaceChildren(picture(seen.events));
  byId("states-picture").setAttribute("aria-label", t("supervision.by.state.label", { told: seen.events.map((each) => `${t(`supervision.state.${each.state}`)} ${each.events}`).join(", ") }));
  byId("rules").replaceChildren(
    ...seen.alerts.map((rule) =>
      h("tr", { "data-rule": rule.kind }, h("th", { scope: "row" }, rule.alerts ? h("a", { href: "#alerts" }, either(rule.name)) : either(rule.name)), h("td", { class: "num" }, count(rule.alerts)), h("td", { class: "num" }, count(rule.unacknowledged))),
    ),
  );
}

/** Events by state as bars. @param {Schema<"DeskOverview">["events"]} states */
function picture(states) {
  const most = Math.max(1, ...states.map((each) => each.events));
  const svg = shape("svg", { viewBox: `0 0 ${BAR.label + BAR.width + BAR.number} ${states.length * BAR.step}`, class: "states-picture", "aria-hidden": "true" });
  states.forEach((each, index) => {
    const middle = (index + 0.5) * BAR.step;
    const width = (each.events / most) * BAR.width;
    const bar = { x: BAR.label, y: middle - BAR.height / 2, height: BAR.height };
    const name = shape("text", { x: BAR.label - 3, y: middle, class: "name" });
    name.textContent = t(`supervision.state.${each.state}`);
    const number = shape("text", { x: BAR.label + width + 3, y: middle });
    number.textContent = count(each.events);
    svg.append(shape("rect", { class: "track", ...bar, width: BAR.width }), shape("rect", { class: "fill", ...bar, width }), name, number);
  });
  return svg;
}
