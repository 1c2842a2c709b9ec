// The gates of an event, for staff: how many are inside, figures by gate, device, category and minute, and each scan.
import { Refused } from "../shared/api.js";
import { byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { showLineState } from "../shared/live_board.js";
import { within } from "../shared/retry.js";
import { follow } from "../shared/stream.js";
import { typedDigits } from "../shared/typed_text.js";
import { offerEvents, rememberEvent } from "../shared/event_picker.js";
import { count, dayOf, either, momentOf, t, timeOf, timeWithSeconds, word } from "../shared/i18n.js";

const FIGURES_MS = 10_000;
const FIGURES_MS_MAX = 6000;
const PAGE = 50;
const LIST_MAX = 100;
const MINUTES_SHOWN = 120;
const COLUMNS = ["entered", "exited", "refused", "conflicts", "annulled"];

const session = new Session("staff");
/** @type {Awaited<ReturnType<typeof offerEvents>>} */
let events = [];
/** @type {AbortController | null} */
let watching = null;
/** @type {typeof events[number]} */
let event;

byId("event").addEventListener("change", () => watch(byId("event").value));
byId("filter").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  readHistory();
});
byId("filter").addEventListener("change", () => byId("filter").requestSubmit());
byId("history-more").addEventListener("click", () => readHistory(byId("history-more").dataset.cursor));

const signIn = new StaffSignIn(session, byId("gates-panel"), { onOpen: open, onClose: () => watching?.abort() });
signIn.start();

async function open() {
  try {
    events = await offerEvents(session, byId("gates-notice"));
    if (events.length > 0) watch(byId("event").value);
  } catch (error) {
    if (!signIn.isSignedOut(error)) throw error;
  }
}

/** @template {string} R @param {R} rest */
const pathOf = (rest) => /** @type {`/v1/events/${string}/${R}`} */ (`/v1/events/${encodeURIComponent(event.slug)}/${rest}`);

async function watch(/** @type {string} */ slug) {
  watching?.abort();
  const mine = (watching = new AbortController());
  event = events.find((each) => each.slug === slug) ?? events[0];
  rememberEvent(slug);
  byId("filter").reset();
  fillGates();
  await fillDevices(mine.signal).catch(failed);
  if (mine.signal.aborted) return;
  readHistory();
  followLine(slug, mine.signal);
  while (!mine.signal.aborted) {
    try {
      const figures = await within(FIGURES_MS_MAX, mine.signal, (signal) => session.ask(pathOf("gate-statistics"), { signal }));
      if (mine.signal.aborted) return;
      tell(byId("gates-notice"), "");
      showFigures(figures);
    } catch (error) {
      if (!mine.signal.aborted) failed(error);
    }
    await new Promise((resolve) => setTimeout(resolve, FIGURES_MS));
  }
}

/** The figures come every ten seconds; that the line is there is heard every two. */
function followLine(/** @type {string} */ slug, /** @type {AbortSignal} */ signal) {
  const onState = (/** @type {string} */ state) => showLineState(state);
  // Without the stream the figures say themselves whether they come.
  follow(slug, session, { onStats: () => {}, onState, signal }).catch(() => signal.aborted || tell(byId("state"), ""));
}

function failed(/** @type {any} */ error) {
  // The last figures stay, with the time they are of.
  if (!signIn.isSignedOut(error)) tell(byId("gates-notice"), explain(error));
}

// -- figures -----------------------------------------------------------------------------------------

const nameOf = (/** @type {number} */ gate) => {
  const found = event.gates.find((each) => each.gate === gate);
  return found ? `${gate} · ${either(found.name)}` : t("staff.gate.n", { n: gate });
};
const categoryOf = (/** @type {string | null} */ category) => (category === null ? t("category.none") : word("category", category));

function showFigures(/** @type {AnswerOf<"/v1/events/{slug}/gate-statistics">} */ figures) {
  for (const name of /** @type {const} */ (["inside", "expected", "joined"])) byId(name).textContent = count(figures[name]);
  byId("inside").dataset.value = String(figures.inside);
  for (const name of /** @type {const} */ (["refused", "conflicts"])) byId(name).textContent = count(figures.total[name]);
  byId("overridden").textContent = count(figures.overridden);
  byId("overridden").title = figures.overrides.map(({ refusal, reason, count: times }) => [sentences.get(refusal) ?? refusal, t(`override.${reason}`), count(times)].join(" · ")).join("\n");
  byId("as-of").textContent = t("gates.as.of", { time: timeWithSeconds(new Date().toISOString()) });
  fill("by-category", figures.by_category, (row) => [categoryOf(row.category), row.expected, row.inside, row.joined]);
  fill("by-gate", figures.by_gate, (row) => [nameOf(row.gate)]);
  fill("by-device", figures.by_device, (row) => [row.name ?? row.device_id]);
  fill("by-day", figures.by_day, (row) => [dayOf(row.day), row.badges]);
  // The newest first: a door looks at the last minutes.
  fill("by-minute", figures.by_minute.slice(-MINUTES_SHOWN).reverse(), (row) => [timeOf(row.minute)]);
}

/** @param {"by-category" | "by-gate" | "by-device" | "by-day" | "by-minute"} table @param {any[]} rows @param {(row: any) => any[]} first */
function fill(table, rows, first) {
  const made = rows.map((row) => {
    const [name, ...more] = first(row);
    const cells = [...more, ...COLUMNS.map((column) => row[column])];
    return h("tr", {}, h("th", { scope: "row" }, name), cells.map((cell) => h("td", { class: "num" }, count(cell))));
  });
  const columns = byId(table).tHead?.rows[0].cells.length;
  byId(table).tBodies[0].replaceChildren(...(made.length > 0 ? made : [h("tr", {}, h("td", { class: "note", colspan: columns }, t("gates.none")))]));
}

// -- history -----------------------------------------------------------------------------------------

const any = () => h("option", { value: "" }, t("gates.any"));

function fillGates() {
  fieldOf(byId("filter"), "gate").replaceChildren(any(), ...event.gates.map(({ gate }) => h("option", { value: gate }, nameOf(gate))));
}

async function fillDevices(/** @type {AbortSignal} */ signal) {
  const { items } = await session.ask(pathOf(`devices?limit=${LIST_MAX}`), { signal });
  fieldOf(byId("filter"), "device").replaceChildren(any(), ...items.map((device) => h("option", { value: device.id }, device.name)));
}

let asked = 0;

async function readHistory(cursor = "") {
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries(valuesOf(byId("filter")))) {
    // Fields of date and time are on the clock of the event's city.
    if (name === "serial" && value) query.set(name, String(Number(typedDigits(value))));
    else if (value) query.set(name, name === "from" || name === "to" ? `${value.slice(0, 16)}:00+08:00` : value);
  }
  if (cursor) query.set("cursor", cursor);
  const mine = ++asked;
  try {
    const page = await session.ask(pathOf(`gate-scans?${query}`));
    // A filter that was changed meanwhile has asked again.
    if (mine !== asked) return;
    tell(byId("history-refused"), "");
    const rows = page.items.map(scanRow);
    if (cursor) byId("history").append(...rows);
    else byId("history").replaceChildren(...(rows.length > 0 ? rows : [h("li", { class: "note" }, t("gates.none"))]));
    byId("history-more").hidden = page.next_cursor === null;
    byId("history-more").dataset.cursor = page.next_cursor ?? "";
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("history-refused"), error instanceof Refused ? error.message : explain(error));
  }
}

const sentences = new Map([...fieldOf(byId("filter"), "result").options].map((option) => [option.value, option.textContent]));

function scanRow(/** @type {ItemOf<"/v1/events/{slug}/gate-scans">} */ scan) {
  const state = scan.annulled_at ? "pending" : scan.is_conflict ? "lost" : scan.code === "ok" || scan.code === "overridden" ? "posted" : "rejected";
  const marks = [scan.is_offline && "offline", scan.is_conflict && "conflict", scan.annulled_at && "annulled"].filter(Boolean);
  const who = scan.badge_serial === null ? t("gates.badge.none") : t("scanner.badge", { serial: scan.badge_serial });
  const replaced = scan.replaced_by === null ? "" : ` · ${t("gates.replaced_by", { serial: scan.replaced_by })}`;
  const said = scan.override;
  const why = said && [sentences.get(said.refusal) ?? said.refusal, t(`override.${said.reason}`), said.note, t("gates.override.by", { by: said.made_by })].filter(Boolean).join(" · ");
  const where = [nameOf(scan.gate), t(`scanner.${scan.direction}`), scan.device_name].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: "entry", "data-scan": scan.id, "data-code": scan.code },
    h("div", {}, h("p", { class: "entry-name" }, who, scan.category ? ` · ${categoryOf(scan.category)}` : "", replaced), h("p", { class: "note" }, where), h("p", { class: "note" }, [`${momentOf(scan.scanned_at)}`, ...marks.map((mark) => t(`gates.mark.${mark}`))].join(" · ")), why ? h("p", { class: "note", "data-override": said?.reason }, why) : ""),
    h("div", { class: "gates-result" }, h("span", { class: "chip", "data-state": state }, sentences.get(scan.code) ?? scan.code)),
  );
}
