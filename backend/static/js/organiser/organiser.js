// The organisers' pages: the list of events, a new event, and the sections of an event by their address.
import { cityName } from "../shared/city_names.js";
import { all, byId, first, h, tell } from "../shared/dom.js";
import { readBadges, startBadges } from "./badges.js";
import { readBudget, startBudget } from "./budget.js";
import { startChange } from "./application.js";
import { startComparison } from "./set_comparison.js";
import { readDevices, startDevices } from "./devices.js";
import { readDocuments, startDocuments } from "./documents.js";
import { readInventory, startInventory } from "./inventory.js";
import { startForm } from "./new_event.js";
import { hasPart } from "./new_year.js";
import { readLife, showState } from "./lifecycle.js";
import { showLive } from "./live.js";
import { readPool, startPool } from "./pool.js";
import { readSupervision, startSupervision } from "./pool_supervision.js";
import { readReport } from "./report.js";
import { may } from "./permissions.js";
import { readSuggestion, showNeed, startSuggestion } from "./suggestion.js";
import { explain } from "../shared/refusal.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { readVerification, startVerification } from "./verification.js";
import { readVenue, startVenue } from "./venue.js";
import { Section, panelOf, showPage } from "../shared/lazy_section.js";
import { Session } from "../shared/session.js";
import { daysOf, either } from "../shared/i18n.js";

const PAGE = 20;
const OVER = new Set(["closed", "rejected"]);
const PARTS = { life: readSteps, badges: readBadges, pool: readCredits, venue: readVenue, devices: readDevices, live: showLive, inventory: readInventory, report: readReport, documents: readDocuments };
/** @type {Record<string, string>} */
const RIGHT_OF = { badges: "badges", venue: "venue" };

/** What the sections share: the session, the event in view, the requests about it. */
export class Desk {
  constructor() {
    this.session = new Session("staff");
    /** @type {{from_state: string, to_state: string, by: string[], needs?: string[]}[]} */
    this.steps = JSON.parse(byId("desk").dataset.steps ?? "[]");
    this.ask = this.session.ask;
    /** @type {Post} */
    this.post = (path, body) => this.session.ask(path, { method: "POST", body });
    this.signIn = new StaffSignIn(this.session, byId("desk"), { onOpen: () => this.open(), onClose: () => this.leaving.abort() });
    /** The event in view; sections are read only while there is one. @type {EventView} */
    this.event = /** @type {any} */ (null);
    this.pooled = 0;
    /** What the form of a new event asks for once somebody is signed in. */
    this.whenOpen = () => {};
    this.leaving = new AbortController();
    this.list = new Section(panelOf("list"), () => this.readList());
    this.sections = new Map(Object.entries(PARTS).map(([name, read]) => [name, new Section(panelOf(name), () => this.guard(() => read(this)))]));
    byId("list-more").addEventListener("click", () => this.guard(() => this.readList(byId("list-more").dataset.cursor)));
    startForm(this);
    startBadges(this);
    startPool(this, () => showNeed(this));
    startSuggestion(this);
    startBudget(this);
    startSupervision(this);
    startChange(this);
    startComparison(this);
    startVenue(this);
    startDevices(this);
    startDocuments(this);
    startInventory(this);
    startVerification(this);
    window.addEventListener("hashchange", () => this.show());
  }

  get role() {
    return this.session.tokens?.staff?.role ?? "organiser";
  }

  /** @param {string} [right] */
  may(right) {
    return may(this.role, right);
  }

  /** Whether the event in view has ended, so that nothing of it changes any more. */
  get isOver() {
    return OVER.has(this.event.state);
  }

  /** The path of something of the event in view. @template {string} [R=""] @param {R} [rest] @returns {`/v1/events/${string}${R}`} */
  path(rest) {
    return /** @type {`/v1/events/${string}${R}`} */ (`/v1/events/${encodeURIComponent(this.event.slug)}${rest ?? ""}`);
  }

  start() {
    this.signIn.start();
  }

  async open() {
    byId("who").textContent = this.session.tokens?.staff?.username ?? "";
    for (const element of all("[data-may]")) element.hidden = !this.may(element.dataset.may);
    this.whenOpen();
    await this.show();
  }

  /** Whether an error says that the session has ended; then staff are asked to sign in again. @param {any} error */
  isSignedOut(error) {
    return this.signIn.isSignedOut(error);
  }

  /** Call, and ask to sign in again where the session has ended. @template T @param {() => Promise<T>} call @returns {Promise<T | null>} */
  async guard(call) {
    try {
      return await call();
    } catch (error) {
      if (!this.isSignedOut(error)) throw error;
      return null;
    }
  }

  async readList(cursor = "") {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (cursor) query.set("cursor", cursor);
    const page = await this.guard(() => this.ask(`/v1/staff/events?${query}`));
    if (page === null) return;
    showPage(byId("event-list"), byId("list-more"), page, row, { isNext: cursor !== "" });
    byId("list-empty").hidden = byId("event-list").children.length > 0;
  }

  /** Show what the address names: the list, the form, or a section of an event. */
  async show() {
    const [name, slug, part = "life"] = location.hash.slice(1).split("/");
    if (name === "main") return;
    this.leaving.abort();
    this.leaving = new AbortController();
    const language = /** @type {HTMLAnchorElement} */ (first("#language"));
    language.href = `${language.href.split("#")[0]}${location.hash}`;
    const isEvent = name === "event" && slug;
    const isNew = name === "new" && this.may("file");
    for (const view of /** @type {const} */ (["list", "new", "event"])) byId(`view-${view}`).hidden = view !== (isEvent ? "event" : isNew ? "new" : "list");
    byId("to-list").hidden = !isEvent && !isNew;
    tell(byId("desk-notice"), "");
    if (isEvent) await this.showEvent(decodeURIComponent(slug), part in PARTS && this.may(RIGHT_OF[part]) ? part : "life");
    else if (isNew) byId("new-title").focus({ preventScroll: true });
    else await this.list.reload();
  }

  async showEvent(/** @type {string} */ slug, /** @type {string} */ part) {
    const isOther = this.event?.slug !== slug;
    try {
      if (isOther) this.event = await this.ask(`/v1/events/${encodeURIComponent(slug)}`);
    } catch (error) {
      if (!this.isSignedOut(error)) tell(byId("desk-notice"), explain(error));
      byId("view-event").hidden = true;
      return;
    }
    this.showHead();
    if (!hasPart(this.event, part)) part = "life";
    for (const link of all("a", byId("event-tabs"))) {
      link.href = `#event/${encodeURIComponent(slug)}/${link.dataset.part}`;
      if (link.dataset.part === part) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.hidden = !this.may(RIGHT_OF[link.dataset.part ?? ""]) || !hasPart(this.event, link.dataset.part ?? "");
    }
    const current = first("[aria-current]", byId("event-tabs"));
    byId("event-tabs").scrollLeft = current.offsetLeft - byId("event-tabs").offsetLeft - 40;
    for (const name of Object.keys(PARTS)) panelOf(name).hidden = name !== part;
    await this.sections.get(part)?.reload();
  }

  showHead() {
    byId("event-title").textContent = either(this.event.name);
    byId("event-when").textContent = `${cityName(this.event.city)} · ${daysOf(this.event.starts_at, this.event.ends_at).text}`;
    showState(byId("event-state"), this.event.state);
  }

  /** The event changed: its head is shown anew, and what is in view is read again. */
  async changed(/** @type {EventView} */ event) {
    this.event = event;
    this.showHead();
    await this.show();
  }
}

/** The event's way, and who verifies its account. */
async function readSteps(/** @type {Desk} */ desk) {
  await Promise.all([readLife(desk), readVerification(desk)]);
}

/** Pools, what is suggested for them, and what points may pay for. */
async function readCredits(/** @type {Desk} */ desk) {
  await Promise.all([readPool(desk), readBudget(desk), readSupervision(desk)]);
  readSuggestion(desk);
}

function row(/** @type {ItemOf<"/v1/staff/events">} */ event) {
  const chip = h("span", { class: "chip" });
  showState(chip, event.state);
  return h(
    "li",
    {},
    h("a", { class: "event-row", href: `#event/${encodeURIComponent(event.slug)}/life`, "data-event": event.slug }, h("span", { class: "event-row-name" }, h("strong", {}, either(event.name)), h("small", {}, `${cityName(event.city)} · ${daysOf(event.starts_at, event.ends_at).text}`)), chip),
  );
}

new Desk().start();
