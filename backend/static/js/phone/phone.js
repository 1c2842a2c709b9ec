// The page that a QR code opens: the event, the attendee's footprint, the journey, the offset, and one button to join.
import { Actions } from "./actions.js";
import { Refused, Unreachable, newKey } from "../shared/api.js";
import { Bars } from "./bars.js";
import { byId, fieldOf, first, h } from "../shared/dom.js";
import { Identity } from "./identity.js";
import { CITY_REFUSALS } from "../shared/city_field.js";
import { Estimator } from "./estimate.js";
import { showHead } from "./event_head.js";
import { JourneyForm } from "./journey.js";
import { countTo } from "../shared/count_up.js";
import { offerKeeping } from "./keep_journey.js";
import { keepOffer } from "./keep_guest.js";
import { OffsetChoice } from "./offset.js";
import { offerPass } from "./pass.js";
import { scanButton } from "../shared/scan_dialog.js";
import { Stopped, patiently } from "../shared/retry.js";
import { decoded, typedCode } from "../shared/typed_text.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import { pathOf, showRefusal, showResult } from "../shared/result.js";
import { showScene } from "./scene.js";
import { SignedOut } from "../shared/session.js";
import { showWait } from "../shared/wait_notice.js";
import { watchVenueCode } from "./venue_code.js";
import { count, daysOf, massLike, t } from "../shared/i18n.js";

const WAITING = new Set(["pool_exhausted", "held", "frozen", "paused"]);
const REVISABLE = ["running", "accounting"];
const NOT_PAID = ["budget_exhausted", "points_insufficient"];
const opened = typedCode(decoded(location.pathname.replace(/^\/q\//, "")));
let code = opened;

/** @type {NonNullable<Schema<"CodeView">["event"]>} */
let event;
/** @type {Schema<"FootprintRequest">["category"]} */
let category = null;
/** @type {JourneyForm} */
let form;
/** @type {import("./refine.js").Refining | null} */
let refining = null;
/** Whether what takes a session was offered. */
let isWelcome = false;
const who = new Identity(opened);
const actions = new Actions(who.citizen, code);
const bars = new Bars(byId("bars"));
const estimator = new Estimator(showFootprint, (error) => form.refuseCity(error));
const offset = new OffsetChoice(byId("join-form"));

async function open() {
  const onWait = (/** @type {Wait | null} */ wait) => {
    byId("reading").textContent = wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : t("phone.reading");
  };
  try {
    const answer = await readCode(onWait);
    who.askWhenNeeded(() => ({ what: "join", choices: offset.choices }));
    if (answer.kind === "scene") {
      byId("reading").hidden = true;
      return await showScene(/** @type {NonNullable<typeof answer.scene>} */ (answer.scene), actions);
    }
    event = /** @type {typeof event} */ (answer.event);
    category = answer.category ?? null;
  } catch (error) {
    showRefusal(error);
    byId("refusal").append(h("p", {}, scanButton("scan.button.other")));
    return;
  } finally {
    byId("reading").hidden = true;
  }
  byId("phone").hidden = false;
  showEvent();
  form = new JourneyForm(byId("journey-form"), event.slug, event.city, estimate, { hasMore: event.journey_rules !== "2026.1", days: daysOf(event.starts_at, event.ends_at).days });
  showFootprint(event.default_footprint);
  const intent = who.takeIntent();
  if (intent?.choices) offset.choose(intent.choices);
  showForms(isMineAgain() ? "none" : "join");
  if (isMineAgain()) showRecord(intent?.what === "keep" && who.citizen.isOpen);
  else if (form.journey || category) estimate(form.journey);
  byId("join-form").addEventListener("submit", join);
  welcome();
  watchVenueCode(code);
  // A companion without a phone has a badge; a screen's code could be anybody's.
  byId("for-whom").hidden = !code.startsWith("B");
  if (intent?.what === "join" && who.isOpen && !isMineAgain()) join(undefined);
}

/** @param {OnWait} [onWait] */
async function readCode(onWait) {
  const answer = await who.look((look) => patiently(() => look(`/v1/codes/${encodeURIComponent(code)}`), { onWait }));
  if (answer.ticket) useTicket(answer.ticket);
  return answer;
}

/** Offer what takes a session, once there is one, and say whose it is. */
function welcome() {
  who.show(perform);
  if (!who.isOpen || isWelcome) return;
  isWelcome = true;
  // Without an answer the journey is not kept; the page goes on.
  offerKeeping(who.session).catch(() => {});
  if (!who.hasAccount) return;
  if (event.points_offset) offset.offerPoints(event.points_offset, async () => (await who.session.ask("/v1/me")).balance);
  if (["accepted", "running"].includes(event.state)) offerPass(who.session, event.slug);
  showCompanions();
}

/** Another person on this phone: what was shown may be somebody else's. @param {() => Promise<void>} action */
async function perform(action) {
  byId("refusal").hidden = true;
  const wasOpen = who.isOpen;
  try {
    await action();
    if (wasOpen) location.reload();
    welcome();
    if (isMineAgain()) showRecord();
  } catch (error) {
    if (!(error instanceof Stopped)) showRefusal(error);
  }
}

/** A screen's code changes every 30 seconds; the ticket that we got for it lasts while a journey is told. */
function useTicket(/** @type {string} */ ticket) {
  code = ticket;
  actions.sceneCode = ticket;
}

function showEvent() {
  showHead(event);
  const before = joinedBefore();
  if (!before || isMineAgain()) return;
  byId("before").replaceChildren(t("phone.before"), " ", before.url ? h("a", { href: before.url }, t("phone.before.link")) : "");
  byId("before").hidden = false;
}

function joinedBefore() {
  const before = who.isOpen ? recall(`joined.${event.slug}`) : null;
  return before?.name === who.person ? before : null;
}

/** An attendee who has joined sees their own record; another badge than theirs is a companion's. */
function isMineAgain() {
  const before = joinedBefore();
  return before !== null && (!opened.startsWith("B") || before.code === opened);
}

/** `join`: both forms; `offset`: how much, of the recorded footprint; `refine`: the journey alone; `none`. */
function showForms(/** @type {string} */ which) {
  byId("join-columns").hidden = which === "none";
  byId("join-bar").hidden = which === "refine";
  byId("journey-form").hidden = which === "offset";
  byId("join-form").hidden = which === "refine";
  byId("refine-card").hidden = which !== "refine";
  document.body.classList.toggle("is-refining", which === "refine");
}

/** The record as it stands: after a reload, or when the same code is scanned again. */
async function showRecord(isKeeping = false) {
  const onWait = (/** @type {Wait | null} */ wait) => showWait(byId("record-waiting"), wait);
  try {
    const mine = await patiently(() => who.session.ask(`/v1/events/${encodeURIComponent(event.slug)}/me`), { onWait });
    const { waiting, revisions } = mine;
    const recorded = revisions.at(-1)?.journey;
    if (!form.journey && recorded) form.fill(recorded);
    showMine({ ...mine, outcome: "present", offset_status: mine.offset ? "allocated" : waiting ? waiting.reason : "none", waiting_g: waiting?.grams ?? 0 });
    if (isKeeping) byId("keep").click();
  } catch (error) {
    // A guest whose badge staff released has no session any more, and may begin anew.
    if (error.code === "attendance_not_found" || error instanceof SignedOut) forget(`joined.${event.slug}`);
    else if (!(error instanceof Stopped)) showRefusal(error);
    who.isGuest = who.guest.isOpen;
    showForms("join");
  }
}

/** The citizen's own attendance, in figures, with what may still be done about it. */
function showMine(/** @type {ScanResult} */ answer, /** @type {HTMLElement[]} */ more = []) {
  keep(`joined.${event.slug}`, { name: who.person, code: opened, url: answer.certificate ? pathOf(answer.certificate.url) : null });
  if (who.isGuest && answer.certificate) keep(`guest_of.${answer.certificate.number}`, { event: who.event, slug: event.slug });
  byId("before").hidden = true;
  byId("for-whom").hidden = true;
  document.body.classList.add("is-joined");
  estimator.stop();
  showFootprint(answer.footprint);
  offset.setJoined(answer.footprint);
  const mayOffset = !answer.offset && event.state === "running";
  showForms(mayOffset && answer.offset_status === "none" ? "offset" : "none");
  const onRefine = REVISABLE.includes(event.state) ? () => refine(answer) : null;
  showResult(who.isGuest ? { ...answer, points: undefined } : answer, { onOffset: mayOffset ? askAgain : null, onRefine, more });
  if (who.isGuest) byId("result").append(keepOffer(() => who.keep(event.slug), showKept, () => who.signOut()));
  if (!who.isGuest) actions.show().catch(() => {});
}

/** A guest's record is the account's now. */
async function showKept(/** @type {{points?: {earned: number}}} */ { points } = {}) {
  isWelcome = false;
  welcome();
  keep(`joined.${event.slug}`, { ...recall(`joined.${event.slug}`), name: who.person });
  await showRecord();
  byId("result").prepend(h("p", { class: "notice calm", id: "kept", role: "status" }, points?.earned ? t("keep.done.points", { points: count(points.earned) }) : t("keep.done")));
}

/** The module is fetched only when an attendee wants to refine the journey: less load in a stadium. */
async function refine(/** @type {ScanResult} */ answer) {
  if (refining === null) {
    const module = await import("./refine.js").catch(() => null);
    if (module === null) return showRefusal(new Unreachable());
    refining = new module.Refining({ session: who.session, slug: event.slug, form, onDone: showMine, onLeave: showMine, onPreview: estimate });
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

async function join(/** @type {Event | undefined} */ submitted) {
  submitted?.preventDefault();
  if (byId("join").dataset.busy === "true") return;
  byId("refusal").hidden = true;
  if (!byId("journey-form").hidden && !form.check()) return;
  offset.setBusy(true);
  const whom = byId("for-whom").hidden ? "me" : fieldOf(byId("join-form"), "whom").value;
  // One press, one key: a repeat after a lost answer gets the first answer.
  const key = newKey();
  try {
    const wasOpen = who.isOpen;
    await who.enter({ needsAccount: whom !== "me" });
    // The ticket of a screen's code is its citizen's.
    if (!wasOpen && /^[VW]/.test(code)) await readCode();
    const body = requestOf(whom);
    const answer = await patiently(() => who.session.ask("/v1/scans", { method: "POST", body, key }), { onWait: (wait) => showWait(byId("waiting"), wait) });
    if (whom !== "me") keep(`brought.${event.slug}`, who.person);
    welcome();
    showCompanions();
    if (whom === "me") showJoined(answer);
    else showCompanion(answer);
  } catch (error) {
    if (NOT_PAID.includes(error.code)) offset.askBalance();
    if (!(error instanceof Stopped)) showRefusal(error, byId("refusal"), NOT_PAID.includes(error.code) ? t("phone.pay.refused") : null);
    if (error instanceof Refused && CITY_REFUSALS.includes(error.code)) form.refuseCity(error);
    if (error instanceof Refused && /^[VT]/.test(code)) offerAnotherScan();
  } finally {
    showWait(byId("waiting"), null);
    offset.setBusy(false);
  }
}

/** A gate's code may have died while somebody signed in: the next one is joined with at once, as it was chosen. */
function offerAnotherScan() {
  who.remember("join");
  byId("refusal").append(h("p", {}, scanButton("scan.button.other")));
}

/** @param {Schema<"Journey"> | null} journey */
const estimate = (journey) => estimator.ask(event.slug, { journey, category });

/** @param {string} whom */
function requestOf(whom) {
  /** @type {Schema<"ScanRequest">} */
  const body = { code };
  if (form.journey) body.journey = form.journey;
  if (offset.request) body.offset = offset.request;
  if (whom !== "me") body.companion = { kind: /** @type {Schema<"CompanionRequest">["kind"]} */ (whom) };
  return body;
}

/** An attendee who had joined before is told that the journey chosen now was not recorded. */
function showJoined(/** @type {Schema<"ScanAnswer">} */ answer) {
  const isDropped = answer.outcome === "already_joined" && form.journey !== null && estimator.grams !== answer.footprint.total_g;
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
  if (!who.hasAccount || recall(`brought.${event.slug}`) !== who.person) return;
  // The list stands in the account too, so a lost network is no harm here.
  import("./companions.js").then(({ showCompanionsOf }) => showCompanionsOf(who.session, event.slug)).catch(() => {});
}

function askAgain() {
  showForms(byId("for-whom").hidden ? "offset" : "join");
  byId("join-form").scrollIntoView({ block: "center" });
  first('input[name="offset"]', byId("join-form")).focus({ preventScroll: true });
}
open();
