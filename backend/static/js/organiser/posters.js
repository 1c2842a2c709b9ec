// Posters of an event: a new one, the sheets to print, and the windows that staff open and close.
import { byId, h, icon, tell, valuesOf } from "../shared/dom.js";
import { gateName } from "./gates.js";
import { linesIn, onDownload, onSend, press } from "./submit_form.js";
import { showRows } from "../shared/lazy_section.js";
import { instantOf } from "./city_time.js";
import { LANGUAGE, dayKeyOf, momentOf, t, timeOf } from "../shared/i18n.js";

const MINUTES = 60;

/** @type {import("./submit_form.js").Lines} */
let lines;

export async function readPosters(/** @type {Desk} */ desk) {
  const { items } = await desk.ask(desk.path("/posters"));
  showRows(byId("posters"), items.map((poster) => row(desk, poster)), t("desk.posters.none"));
  byId("posters-all").hidden = items.length === 0;
  for (const line of [lines.said, lines.refused]) tell(line, "");
}

const sheet = (/** @type {Desk} */ desk, /** @type {string} */ path, /** @type {string} */ name) => ({ path: `/posters/${path}?paper=${byId("poster-paper").value}`, type: "application/pdf", name: `${desk.event.slug}-${name}.pdf` });

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/posters">} */ poster) {
  const { number } = poster;
  const holder = h("div", {});
  const lines = linesIn(holder);
  const print = h("button", { class: "button tiny", type: "button", "aria-label": t("desk.posters.sheet.n", { n: number }), "data-sheet": number }, icon("printer"), h("span", {}, t("desk.posters.sheet")));
  onDownload(desk, print, lines, () => sheet(desk, `${number}/sheet`, `poster-${number}`));
  const item = h("li", { class: "desk-item", "data-poster": number, "data-open": String(poster.is_open), tabindex: "-1" });
  const chip = h("span", { class: "chip", "data-state": poster.is_open ? "live" : null }, t(poster.is_open ? "desk.poster.open" : "desk.poster.closed"));
  item.append(
    h("div", { class: "desk-item-head" }, h("div", {}, h("p", { class: "entry-name" }, `${number} · ${poster.name} `, chip), h("small", {}, `${gateName(desk.event, poster.gate)} · `, h("code", {}, poster.code))), print),
    h("ul", { class: "windows" }, poster.windows.map((window) => windowRow(desk, poster, window, item, lines))),
    desk.isOver ? "" : opening(desk, poster, item),
    holder,
  );
  return item;
}

function replaced(/** @type {Desk} */ desk, /** @type {HTMLElement} */ item, /** @type {ItemOf<"/v1/events/{slug}/posters">} */ poster) {
  const next = row(desk, poster);
  item.replaceWith(next);
  next.focus();
}

function windowRow(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/posters">} */ poster, /** @type {ItemOf<"/v1/events/{slug}/posters">["windows"][number]} */ window, /** @type {HTMLElement} */ item, /** @type {import("./submit_form.js").Lines} */ lines) {
  const end = window.closed_at ?? window.closes_at;
  const [from, to] = [momentOf(window.opens_at), dayKeyOf(end) === dayKeyOf(window.opens_at) ? timeOf(end) : momentOf(end)];
  const isOver = window.closed_at !== null || Date.parse(window.closes_at) <= Date.now();
  const isOpen = window.is_open && !isOver;
  const close = h("button", { class: "button tiny", type: "button", "data-close": poster.number, "aria-label": isOpen ? t("desk.poster.close.n", { n: poster.number }) : null }, t(isOpen ? "desk.poster.close" : "desk.poster.call.off"));
  close.addEventListener("click", () => press(desk, close, lines, async () => replaced(desk, item, await desk.post(desk.path(`/windows/${window.id}/closing`))), { isRepeatable: true }));
  return h("li", {}, h("span", {}, isOpen ? t("desk.poster.until", { to }) : t(isOver ? "desk.poster.last" : "desk.poster.next", { from, to })), isOver ? "" : close);
}

function opening(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/posters">} */ poster, /** @type {HTMLElement} */ item) {
  const [minutes, from] = [`poster-minutes-${poster.number}`, `poster-from-${poster.number}`];
  const form = h(
    "form",
    { class: "inline-form opening" },
    h("div", {}, h("label", { for: minutes }, t("desk.poster.minutes")), h("input", { class: "input small", id: minutes, name: "minutes", type: "number", min: 1, max: 1440, step: 1, value: MINUTES, required: true })),
    h("div", {}, h("label", { for: from }, t("desk.poster.from")), h("input", { class: "input small", id: from, name: "opens_at", type: "datetime-local", lang: LANGUAGE })),
    h("button", { class: "button tiny", type: "submit", "data-open-poster": poster.number, "aria-label": t("desk.poster.do.n", { n: poster.number }) }, t("desk.poster.do")),
  );
  onSend(desk, form, async () => {
    const values = valuesOf(form);
    const body = { minutes: Number(values.minutes), opens_at: instantOf(values.opens_at) };
    replaced(desk, item, await desk.post(desk.path(`/posters/${poster.number}/windows`), body));
  });
  return form;
}

export function startPosters(/** @type {Desk} */ desk) {
  lines = linesIn(byId("posters-told"));
  byId("posters-print").append(icon("printer"), h("span", {}, t("desk.posters.print")));
  onDownload(desk, byId("posters-print"), lines, () => sheet(desk, "sheets", "posters"));
  onSend(desk, byId("poster-form"), async () => {
    const poster = await desk.post(desk.path("/posters"), { name: byId("poster-name").value.trim(), gate: Number(byId("poster-gate").value) });
    byId("poster-name").value = "";
    if (byId("posters-all").hidden) byId("posters").replaceChildren();
    byId("posters-all").hidden = false;
    byId("posters").append(row(desk, poster));
    return t("desk.posters.made", { n: poster.number });
  });
}
