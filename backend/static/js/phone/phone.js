// The page that a QR code opens: the event, the attendee's footprint, the journey, the offset, and one button to join.
import { cityName } from "../shared/city_names.js";
import { Actions } from "./actions.js";
import { Refused, Unreachable, ask, clockAheadMs, newKey } from "../shared/api.js";
import { Bars } from "./bars.js";
import { byId, fieldOf, first, h, tell } from "../shared/dom.js";
import { CITY_REFUSALS } from "../shared/city_field.js";
import { JourneyForm } from "./journey.js";
import { countTo } from "../shared/count_up.js";
import { offerKeeping } from "./keep_journey.js";
import { OffsetChoice } from "./offset.js";
import { offerPass } from "./pass.js";
import { Stopped, patiently } from "../shared/retry.js";
import { decoded, typedCode } from "../shared/typed_text.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import { pathOf, showRefusal, showResult } from "../shared/result.js";
import { showScene } from "./scene.js";
import { demoName, demoSession, showDemoPerson } from "../shared/demo_person.js";
import { showWait } from "../shared/wait_notice.js";
import { LANGUAGE, daysOf, either, massLike, t } from "../shared/i18n.js";

const STEP_S = 30;
const TICKET_STEPS = 20;
const WAITING = new Set(["pool_exhausted", "held", "paused"]);
const REVISABLE = ["running", "accounting"];
const NOT_PAID = ["budget_exhausted", "points_insufficient"];
const isDemo = document.body.dataset.demo === "true";
const opened = typedCode(decoded(location.pathname.replace(/^\/q\//, "")));
let code = opened;

/** @type {NonNullable<Schema<"CodeView">["event"]>} */
let event;
/** @type {Schema<"FootprintRequest">["category"]} */
let category = null;
/** @type {JourneyForm} */
let form;
/** @type {AbortController | null} */
let estimating = null;
/** @type {number | null} */
let estimatedG = null;
/** @type {import("./refine.js").Refining | null} */
let refining = null;
const session = isDemo ? demoSession() : null;
const actions = session && new Actions(session, code);
const bars = new Bars(byId("bars"));
const offset = new OffsetChoice(byId("join-form"));

async function open() {
  const onWait = (/** @type {Wait | null} */ wait) => {
    byId("reading").textContent = wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : t("phone.reading");
  };
  try {
    const answer = await patiently(() => (session?.ask ?? ask)(`/v1/codes/${encodeURIComponent(code)}`), { onWait });
    if (answer.kind === "scene") {
      byId("reading").hidden = true;
      await showScene(/** @type {NonNullable<typeof answer.scene>} */ (answer.scene), actions);
      return;
    }
    if (answer.ticket) useTicket(answer.ticket);
    event = /** @type {typeof event} */ (answer.event);
    category = answer.category ?? null;
  } catch (error) {
    showRefusal(error);
    return;
  } finally {
    byId("reading").hidden = true;
  }
  byId("phone").hidden = false;
  showEvent();
  form = new JourneyForm(byId("journey-form"), event.slug, event.city, estimate, { hasMore: event.journey_rules !== "2026.1", days: daysOf(event.starts_at, event.ends_at).days });
  showFootprint(event.default_footprint);
  if (event.points_offset && session) offset.offerPoints(event.points_offset, async () => (await session.ask("/v1/me")).balance);
  showForms(isMineAgain() ? "none" : "join");
  if (isMineAgain()) showRecord();
  else if (form.journey || category) estimate(form.journey);
  byId("join-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    join();
  });
  // Without an answer the journey is not kept; the page goes on.
  if (session) offerKeeping(session).catch(() => {});
  showWho();
  showCompanions();
  watchVenueCode();
  // A companion without a phone has a badge; a screen's code could be anybody's.
  byId("for-whom").hidden = !code.startsWith("B");
  if (session && ["accepted", "running"].includes(event.state)) offerPass(session, event.slug);
}

/** A screen's code changes every 30 seconds; the ticket that we got for it lasts while a journey is told. */
function useTicket(/** @type {string} */ ticket) {
  code = ticket;
  if (actions) actions.sceneCode = ticket;
}

function showEvent() {
  const { text, days } = daysOf(event.starts_at, event.ends_at);
  // The catalogue's list of cities has both names; the event carries one of them.
  byId("event-place").textContent = [cityName(event.city), text, days > 1 ? t("phone.days", { days }) : t("phone.day")].join(" · ");
  byId("event-name").textContent = either(event.name);
  byId("boundary").textContent = t(`boundary.long.${event.boundary}`);
  document.title = `${either(event.name)} · ${t("brand")}`;
  const before = joinedBefore();
  if (!before || isMineAgain()) return;
  byId("before").replaceChildren(t("phone.before"), " ", before.url ? h("a", { href: before.url }, t("phone.before.link")) : "");
  byId("before").hidden = false;
}

function joinedBefore() {
  const before = session && recall(`joined.${event.slug}`);
  return before?.name === demoName() ? before : null;
}

/** An attendee who has joined sees their own record; another badge than theirs is a companion's. */
function isMineAgain() {
  const before = joinedBefore();
  return before !== null && (!opened.startsWith("B") || before.code === opened);
}

/** `join`: both forms; `offset`: how much, of the recorded footprint; `refine`: the journey alone; `none`. */
function showForms(/** @type {string} */ which) {
  byId("join-columns").hidden = which === "none";
  byId("journey-form").hidden = which === "offset";
  byId("join-form").hidden = which === "refine";
  byId("refine-card").hidden = which !== "refine";
  document.body.classList.toggle("is-refining", which === "refine");
}

/** The record as it stands: after a reload, or when the same code is scanned again. */
async function showRecord() {
  const onWait = (/** @type {Wait | null} */ wait) => showWait(byId("record-waiting"), wait);
  try {
    const mine = await patiently(() => /** @type {Session} */ (session).ask(`/v1/events/${encodeURIComponent(event.slug)}/me`), { onWait });
    const { waiting, revisions } = mine;
    const recorded = revisions.at(-1)?.journey;
    if (!form.journey && recorded) form.fill(recorded);
    showMine({ ...mine, outcome: "present", offset_status: mine.offset ? "allocated" : waiting ? waiting.reason : "none", waiting_g: waiting?.grams ?? 0 });
  } catch (error) {
    if (error.code === "attendance_not_found") forget(`joined.${event.slug}`);
    else if (!(error instanceof Stopped)) showRefusal(error);
    showForms("join");
  }
}

/** The citizen's own attendance, in figures, with what may still be done about it. */
function showMine(/** @type {ScanResult} */ answer, /** @type {HTMLElement[]} */ more = []) {
  keep(`joined.${event.slug}`, { name: demoName(), code: opened, url: answer.certificate ? pathOf(answer.certificate.url) : null });
  byId("before").hidden = true;
  byId("for-whom").hidden = true;
  document.body.classList.add("is-joined");
  estimating?.abort();
  showFootprint(answer.footprint);
  offset.setJoined(answer.footprint);
  const mayOffset = !answer.offset && event.state === "running";
  showForms(mayOffset && answer.offset_status === "none" ? "offset" : "none");
  const onRefine = REVISABLE.includes(event.state) ? () => refine(answer) : null;
  showResult(answer, { onOffset: mayOffset ? askAgain : null, onRefine, more });
  actions?.show().catch(() => {});
}

/** The module is fetched only when an attendee wants to refine the journey: less load in a stadium. */
async function refine(/** @type {ScanResult} */ answer) {
  if (refining === null) {
    const module = await import("./refine.js").catch(() => null);
    if (module === null) return showRefusal(new Unreachable());
    refining = new module.Refining({ session: /** @type {Session} */ (session), slug: event.slug, form, onDone: showMine, onLeave: showMine, onPreview: estimate });
  }
  byId("refusal").hidden = true;
  showForms("refine");
  refining.open(answer);
}

function showFootprint(/** @type {Footprint} */ footprint) {
  countTo(byId("total"), footprint.total_g, massLike(footprint.total_g));
  byId("uncertainty").textContent = `±${footprint.uncertainty_pct}%`;
  byId("basis").textContent = t(`basis.long.${footprint.basis}`);
  bars.show(footprint);
  offset.setFootprint(footprint);
  refining?.preview(footprint);
}

/** Ask what the journey would emit; an answer that was overtaken by a newer question is dropped. */
async function estimate(/** @type {Schema<"Journey"> | null} */ journey) {
  estimating?.abort();
  const mine = (estimating = new AbortController());
  estimatedG = null;
  /** @type {Schema<"FootprintRequest">} */
  const body = { journey, category };
  const busy = setTimeout(() => !mine.signal.aborted && (byId("basis").textContent = t("phone.estimating")), 400);
  const onWait = (/** @type {Wait | null} */ wait) => !mine.signal.aborted && tell(byId("estimate-refused"), wait ? t("phone.estimate.offline") : "");
  try {
    const request = { body, signal: mine.signal };
    const footprint = await patiently(() => ask(`/v1/events/${encodeURIComponent(event.slug)}/footprints`, { method: "POST", ...request }), { onWait, signal: mine.signal });
    if (mine.signal.aborted) return;
    tell(byId("estimate-refused"), "");
    clearTimeout(busy);
    estimatedG = footprint.total_g;
    showFootprint(footprint);
  } catch (error) {
    if (mine.signal.aborted) return;
    if (CITY_REFUSALS.includes(error.code)) form.refuseCity(error);
    else tell(byId("estimate-refused"), error.detail || error.title || t("unreachable.title"));
  } finally {
    clearTimeout(busy);
  }
}

async function join() {
  const button = byId("join");
  if (!session || button.dataset.busy === "true") return;
  byId("refusal").hidden = true;
  if (!byId("journey-form").hidden && !form.check()) return;
  setBusy(button, true);
  /** @type {Schema<"ScanRequest">} */
  const body = { code };
  if (form.journey) body.journey = form.journey;
  if (offset.request) body.offset = offset.request;
  const whom = byId("for-whom").hidden ? "me" : fieldOf(byId("join-form"), "whom").value;
  if (whom !== "me") body.companion = { kind: /** @type {Schema<"CompanionRequest">["kind"]} */ (whom) };
  // One press, one key: a repeat after a lost answer gets the first answer.
  const key = newKey();
  try {
    const answer = await patiently(() => session.ask("/v1/scans", { method: "POST", body, key }), { onWait: (wait) => showWait(byId("waiting"), wait) });
    if (whom !== "me") keep(`brought.${event.slug}`, demoName());
    showCompanions();
    if (whom === "me") showJoined(answer);
    else showCompanion(answer);
  } catch (error) {
    if (NOT_PAID.includes(error.code)) offset.askBalance();
    if (!(error instanceof Stopped)) showRefusal(error, byId("refusal"), NOT_PAID.includes(error.code) ? t("phone.pay.refused") : null);
    if (error instanceof Refused && CITY_REFUSALS.includes(error.code)) form.refuseCity(error);
  } finally {
    showWait(byId("waiting"), null);
    setBusy(button, false);
  }
}

/** An attendee who had joined before is told that the journey chosen now was not recorded. */
function showJoined(/** @type {Schema<"ScanAnswer">} */ answer) {
  const isDropped = answer.outcome === "already_joined" && form.journey !== null && estimatedG !== answer.footprint.total_g;
  const waiting_g = WAITING.has(answer.offset_status) && offset.request ? Math.ceil((answer.footprint.total_g * offset.share) / 100) : 0;
  showMine({ ...answer, waiting_g }, isDropped ? [h("p", { class: "notice", id: "journey-dropped" }, t("result.again.journey"))] : []);
}

function showCompanion(/** @type {Schema<"ScanAnswer">} */ answer) {
  showForms(answer.offset ? "none" : "join");
  document.body.classList.add("is-joined");
  offset.setJoined(answer.footprint);
  showResult(answer, { onOffset: answer.offset ? null : askAgain });
}

/** Companions are asked for, and the module fetched, only on a phone that has scanned one in: less load in a stadium. */
function showCompanions() {
  if (!session || recall(`brought.${event.slug}`) !== demoName()) return;
  // The list stands in the account too, so a lost network is no harm here.
  import("./companions.js").then(({ showCompanionsOf }) => showCompanionsOf(session, event.slug)).catch(() => {});
}

function askAgain() {
  showForms(byId("for-whom").hidden ? "offset" : "join");
  byId("join-form").scrollIntoView({ block: "center" });
  first('input[name="offset"]', byId("join-form")).focus({ preventScroll: true });
}

function setBusy(/** @type {HTMLButtonElement} */ button, /** @type {boolean} */ isBusy) {
  button.dataset.busy = String(isBusy);
  button.disabled = isBusy;
  button.setAttribute("aria-busy", String(isBusy));
  if (isBusy) button.textContent = t("phone.joining");
  else offset.show();
}

function showWho() {
  if (isDemo) {
    showDemoPerson(h("br"), t("phone.privacy"));
    return;
  }
  // Outside demo mode a citizen signs in through WeChat only, which this page cannot do.
  byId("join").hidden = true;
  byId("who").replaceChildren(h("strong", {}, t("phone.wechat")), h("br"), t("phone.wechat.text"));
}

/** A code from a gate's screen says itself when it ends: kind, event, gate and step stand in it in base 36. */
function watchVenueCode() {
  const found = /^([VT])\w{6}\.\w+\.(\w+)\./.exec(code);
  if (!found) return;
  const stepsAfter = found[1] === "T" ? TICKET_STEPS : 1;
  const endsAt = (parseInt(found[2], 36) + stepsAfter + 1) * STEP_S * 1000;
  const tick = () => {
    const left = Math.ceil((endsAt - Date.now() - clockAheadMs) / 1000);
    const isJoined = !byId("result").hidden;
    byId("venue-left").classList.toggle("calm", left > 0);
    tell(byId("venue-left"), isJoined ? "" : left > 0 ? t("phone.venue.left", { seconds: left }) : t("phone.venue.over"));
    if (left <= 0) clearInterval(ticking);
  };
  const ticking = setInterval(tick, 1000);
  tick();
}
document.documentElement.dataset.language = LANGUAGE;
open();
