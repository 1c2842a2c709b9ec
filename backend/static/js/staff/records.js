// What happened at the doors: a picture of how often each kind of event came, and the record itself, newest first.
import { Refused } from "../shared/api.js";
import { byId, h, shape, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";
import { count, momentOf, t, word } from "../shared/i18n.js";

const PAGE = 50;
const WIDTH = 600;
const HEIGHT = 36;
const ALERTS = 5;
const A_DAY_MS = 86_400_000;

const session = new Session("staff");
/** @type {string | null} */
let cursor = null;
const onWait = waitIn(byId("records-notice"));

for (const id of /** @type {const} */ (["kind", "hours"])) byId(id).addEventListener("change", () => load(true));
byId("again").addEventListener("click", () => load(true));
byId("more").addEventListener("click", () => load(false));

const signIn = new StaffSignIn(session, byId("records-panel"), { onOpen: open });
signIn.start();

async function open() {
  await Promise.all([loadNames(), load(true)]);
}

/** Reported names, for roles that decide on them. */
async function loadNames() {
  try {
    const { items } = await patiently(() => session.ask("/v1/name-reports?limit=100"), { onWait });
    byId("names-card").hidden = false;
    byId("names").replaceChildren(...items.map(reported));
    byId("names-empty").hidden = items.length > 0;
  } catch (error) {
    if (!(error instanceof Refused && error.code === "role_forbidden")) fail(error);
  }
}

function reported(/** @type {ItemOf<"/v1/name-reports">} */ report) {
  const reason = h("input", { class: "input", maxlength: 400, "aria-label": t("records.names.reason"), placeholder: t("records.names.reason") });
  const buttons = /** @type {const} */ (["removed", "kept"]).map((decision) =>
    h("button", { class: "button tiny", type: "button", "data-decision": decision, onclick: () => decide(decision) }, t(`records.names.${decision}`)),
  );
  async function decide(/** @type {"removed" | "kept"} */ decision) {
    if (!reason.value.trim()) {
      reason.focus();
      return;
    }
    try {
      await patiently(() => session.ask(`/v1/name-reports/${report.id}/decision`, { method: "POST", body: { decision, reason: reason.value.trim() } }), { onWait });
      await loadNames();
    } catch (error) {
      fail(error);
    }
  }
  const facts = [word("records.names.kind", report.kind), word("records.names.why", report.why), report.note ?? "", momentOf(report.created_at)];
  return h("li", { class: "card", "data-report": report.id }, h("h3", {}, report.name), h("p", { class: "note" }, facts.filter(Boolean).join(" · ")), reason, h("div", { class: "buttons" }, buttons));
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("records-notice"), explain(error));
}

async function load(/** @type {boolean} */ isFresh) {
  const since = new Date(Date.now() - Number(byId("hours").value) * 3_600_000).toISOString();
  const query = new URLSearchParams({ limit: String(PAGE), since });
  if (byId("kind").value) query.set("kind", byId("kind").value);
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await patiently(() => session.ask(`/v1/security-records?${query}`), { onWait });
    const rows = page.items.map(row);
    if (isFresh) byId("records").replaceChildren(...rows);
    else byId("records").append(...rows);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("records-empty").hidden = byId("records").children.length > 0;
    if (isFresh) await Promise.all([loadRates(since), loadAlerts()]);
  } catch (error) {
    // Who decides on names does not read the records.
    if (error instanceof Refused && error.code === "role_forbidden") byId("rates-card").hidden = true;
    else fail(error);
  }
}

async function loadRates(/** @type {string} */ since) {
  draw(await patiently(() => session.ask(`/v1/security-rates?${new URLSearchParams({ since })}`), { onWait }));
}

/** Alerts of the last day, whatever is chosen below: nobody may miss one. */
async function loadAlerts() {
  const since = new Date(Date.now() - A_DAY_MS).toISOString();
  const found = await Promise.all(["promise_broken", "rate_alert"].map((kind) => {
    const query = new URLSearchParams({ kind, limit: String(ALERTS), since });
    return patiently(() => session.ask(`/v1/security-records?${query}`), { onWait });
  }));
  tell(byId("records-alerts"), found.flatMap(({ items }) => items).map(alertOf).join(" · "));
}

function alertOf(/** @type {ItemOf<"/v1/security-records">} */ alert) {
  const [kind, reason] = alert.kind === "rate_alert" ? [alert.subject ?? "", alert.reason ?? ""] : [alert.kind, alert.subject ?? ""];
  return t("records.alert", { at: momentOf(alert.at), kind: word("records.kind", kind), reason });
}

function row(/** @type {ItemOf<"/v1/security-records">} */ record) {
  const cells = [momentOf(record.at), word("records.kind", record.kind), record.actor, record.source, record.subject, record.reason, record.occurrences === 1 ? "" : count(record.occurrences)];
  return h("tr", { "data-kind": record.kind }, cells.map((cell) => h("td", {}, cell ?? "")));
}

/** A row of bars for each kind of event, as high as its own highest; a kind above its usual rate is marked. @param {AnswerOf<"/v1/security-rates">} rates */
function draw(rates) {
  const begin = Date.parse(rates.since);
  const stretches = Math.max(1, Math.ceil((Date.parse(rates.until) - begin) / 1000 / rates.stretch_s));
  const usual = new Map(rates.alerts.map((alert) => [alert.kind, (alert.occurrences_max * rates.stretch_s) / rates.window_s]));
  /** @type {Map<string, {at: number, occurrences: number}[]>} */
  const byKind = new Map();
  for (const { kind, since, occurrences } of rates.items) {
    const found = byKind.get(kind) ?? [];
    found.push({ at: Math.round((Date.parse(since) - begin) / 1000 / rates.stretch_s), occurrences });
    byKind.set(kind, found);
  }
  byId("rates").replaceChildren(...[...byKind].map(([kind, points]) => line(kind, points, stretches, usual.get(kind) ?? Infinity)));
  byId("rates-span").textContent = t("records.rates.span", { from: momentOf(rates.since), to: momentOf(rates.until), minutes: count(Math.round(rates.stretch_s / 60)) });
}

function line(/** @type {string} */ kind, /** @type {{at: number, occurrences: number}[]} */ points, /** @type {number} */ stretches, /** @type {number} */ usual) {
  const highest = Math.max(...points.map((point) => point.occurrences));
  const all = points.reduce((sum, point) => sum + point.occurrences, 0);
  const label = t("records.rates.line", { kind: word("records.kind", kind), all: count(all), highest: count(highest) });
  // As high as the highest bar, or as the limit where that is in sight.
  const top = Number.isFinite(usual) && usual < 3 * highest ? Math.max(highest, usual) : highest;
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, preserveAspectRatio: "none" });
  const wide = WIDTH / stretches;
  for (const { at, occurrences } of points) {
    const high = Math.max(2, (HEIGHT * occurrences) / top);
    picture.append(shape("rect", { x: at * wide, y: HEIGHT - high, width: Math.max(1, wide - 1), height: high, class: occurrences > usual ? "much" : "usual" }));
  }
  if (usual <= top) picture.append(shape("line", { x1: 0, x2: WIDTH, y1: HEIGHT - (HEIGHT * usual) / top, y2: HEIGHT - (HEIGHT * usual) / top, class: "limit" }));
  return h("div", { class: "record-rate", "data-kind": kind, "data-all": String(all) }, h("span", {}, label), picture);
}
