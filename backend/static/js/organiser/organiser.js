// The organisers' pages: signing in, the list of events, a new one, and an event's parts by their address.
import { ask } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { readBadges, startBadges } from "./badges.js";
import { readBudget, startBudget } from "./budget.js";
import { startChange } from "./application.js";
import { readDevices, startDevices } from "./devices.js";
import { readDocuments, startDocuments } from "./documents.js";
import { startForm } from "./new_event.js";
import { readLife, showState } from "./lifecycle.js";
import { showLive } from "./live.js";
import { readPool, startPool } from "./pool.js";
import { readReport } from "./report.js";
import { may } from "./permissions.js";
import { readSuggestion, showNeed, startSuggestion } from "./suggestion.js";
import { told } from "./refusal.js";
import { readVenue, startVenue } from "./venue.js";
import { Section, panelOf, showPage } from "../shared/lazy_section.js";
import { Session, SignedOut } from "../shared/session.js";
import { daysOf, either, t } from "../shared/i18n.js";

const PAGE = 20;
const PARTS = { life: readLife, badges: readBadges, pool: readCredits, venue: readVenue, devices: readDevices, live: showLive, report: readReport, documents: readDocuments };
const RIGHT_OF = { badges: "badges", venue: "venue" };

class Desk {
  constructor() {
    this.session = new Session("staff");
    this.steps = JSON.parse(byId("desk").dataset.steps);
    this.event = null;
    this.leaving = new AbortController();
    this.list = new Section(panelOf("list"), () => this.readList());
    this.sections = new Map(Object.entries(PARTS).map(([name, read]) => [name, new Section(panelOf(name), () => this.guard(() => read(this)))]));
    byId("list-more").addEventListener("click", () => this.guard(() => this.readList(byId("list-more").dataset.cursor)));
    startForm(this);
    startBadges(this);
    startPool(this, () => showNeed(this));
    startSuggestion(this);
    startBudget(this);
    startChange(this);
    startVenue(this);
    startDevices(this);
    startDocuments(this);
    window.addEventListener("hashchange", () => this.show());
  }

  get role() {
    return this.session.tokens?.staff?.role ?? "organiser";
  }

  may(right) {
    return may(this.role, right);
  }

  ask(path, options) {
    return this.session.ask(path, options);
  }

  post(path, body) {
    return this.session.ask(path, { method: "POST", body });
  }

  /** The address of something of the event in view. */
  path(rest = "") {
    return `/v1/events/${encodeURIComponent(this.event.slug)}${rest}`;
  }

  async guard(call) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SignedOut)) throw error;
      showSignIn(t("staff.again"));
      return null;
    }
  }

  async readList(cursor = null) {
    const query = new URLSearchParams({ limit: PAGE });
    if (cursor) query.set("cursor", cursor);
    const page = await this.guard(() => this.ask(`/v1/staff/events?${query}`));
    if (page === null) return;
    showPage(byId("event-list"), byId("list-more"), page, row, { isNext: cursor !== null });
    byId("list-empty").hidden = byId("event-list").children.length > 0;
  }

  /** What the address names: the list, the form, or a part of an event. */
  async show() {
    const [name, slug, part] = location.hash.slice(1).split("/");
    if (name === "main") return;
    this.leaving.abort();
    this.leaving = new AbortController();
    const language = byId("language");
    language.href = `${language.getAttribute("href").split("#")[0]}${location.hash}`;
    const isEvent = name === "event" && slug;
    const isNew = name === "new" && this.may("file");
    for (const view of ["list", "new", "event"]) byId(`view-${view}`).hidden = view !== (isEvent ? "event" : isNew ? "new" : "list");
    byId("to-list").hidden = !isEvent && !isNew;
    tell(byId("desk-notice"), "");
    if (isEvent) await this.showEvent(decodeURIComponent(slug), part in PARTS && this.may(RIGHT_OF[part]) ? part : "life");
    else if (isNew) byId("new-title").focus({ preventScroll: true });
    else {
      this.list.isStale = true;
      await this.list.open();
    }
  }

  async showEvent(slug, part) {
    const isOther = this.event?.slug !== slug;
    try {
      if (isOther) this.event = await this.ask(`/v1/events/${encodeURIComponent(slug)}`);
    } catch (error) {
      if (error instanceof SignedOut) showSignIn(t("staff.again"));
      else tell(byId("desk-notice"), told(error));
      byId("view-event").hidden = true;
      return;
    }
    this.showHead();
    for (const link of byId("event-tabs").children) {
      link.href = `#event/${encodeURIComponent(slug)}/${link.dataset.part}`;
      if (link.dataset.part === part) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.hidden = !this.may(RIGHT_OF[link.dataset.part]);
    }
    const current = byId("event-tabs").querySelector("[aria-current]");
    byId("event-tabs").scrollLeft = current.offsetLeft - byId("event-tabs").offsetLeft - 40;
    for (const name of Object.keys(PARTS)) panelOf(name).hidden = name !== part;
    const section = this.sections.get(part);
    section.isStale = true;
    await section.open();
  }

  showHead() {
    byId("event-title").textContent = either(this.event.name);
    byId("event-when").textContent = `${this.event.city} · ${daysOf(this.event.starts_at, this.event.ends_at).text}`;
    showState(byId("event-state"), this.event.state);
  }

  /** The event changed: its head is shown anew, and what is in view is read again. */
  async changed(event) {
    this.event = event;
    this.showHead();
    await this.show();
  }
}

/** Pools, what is suggested for them, and what points may pay for. */
async function readCredits(desk) {
  await Promise.all([readPool(desk), readBudget(desk)]);
  readSuggestion(desk);
}

function row(event) {
  const chip = h("span", { class: "chip" });
  showState(chip, event.state);
  return h(
    "li",
    {},
    h("a", { class: "event-row", href: `#event/${encodeURIComponent(event.slug)}/life`, "data-event": event.slug }, h("span", { class: "event-row-name" }, h("strong", {}, either(event.name)), h("small", {}, `${event.city} · ${daysOf(event.starts_at, event.ends_at).text}`)), chip),
  );
}

const desk = new Desk();

function showSignIn(text) {
  desk.leaving.abort();
  byId("desk").hidden = true;
  byId("sign-in-panel").hidden = false;
  tell(byId("sign-in-refused"), text);
  byId("username").focus();
}

async function open() {
  byId("sign-in-panel").hidden = true;
  byId("desk").hidden = false;
  byId("who").textContent = desk.session.tokens.staff?.username ?? "";
  for (const element of document.querySelectorAll("[data-may]")) element.hidden = !desk.may(element.dataset.may);
  await desk.show();
}

byId("sign-in-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const form = byId("sign-in-form");
  const { username, password } = Object.fromEntries(new FormData(form));
  byId("sign-in").disabled = true;
  tell(byId("sign-in-refused"), "");
  try {
    const signedIn = await ask("/v1/staff/sessions", { method: "POST", body: { username: username.trim(), password } });
    desk.session.open(signedIn);
    desk.event = null;
    form.reset();
    await open();
  } catch (error) {
    tell(byId("sign-in-refused"), told(error));
  } finally {
    byId("sign-in").disabled = false;
  }
});

byId("sign-out").addEventListener("click", async () => {
  await desk.session.ask("/v1/sessions/current", { method: "DELETE" }).catch(() => {});
  desk.session.close();
  showSignIn("");
});

if (desk.session.isOpen) open();
else showSignIn("");
