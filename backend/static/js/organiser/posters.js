// Posters of an event: a new one, the sheets to print, and the windows that staff open and close.
import { byId, h, icon, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { gateName } from "./gates.js";
import { linesIn, onSend, press } from "./submit_form.js";
import { instantOf } from "./city_time.js";
import { LANGUAGE, dayKeyOf, momentOf, t, timeOf } from "../shared/i18n.js";

const MINUTES = 60;
const OVER = new Set(["closed", "rejected"]);

let lines = null;

export async function readPosters(desk) {
  const { items } = await desk.ask(desk.path("/posters"));
  byId("posters").replaceChildren(...(items.length ? items.map((poster) => row(desk, poster)) : [h("li", { class: "note" }, t("desk.posters.none"))]));
  byId("posters-all").hidden = items.length === 0;
  for (const line of [lines.said, lines.refused]) tell(line, "");
}

const printed = async (desk, path, name) => save(await fetchFile(desk.session, desk.path(path), "application/pdf"), `${desk.event.slug}-${name}.pdf`);

function row(desk, poster) {
  const { number } = poster;
  const told = h("div", {});
  const said = linesIn(told);
  const print = h("button", { class: "button tiny", type: "button", "aria-label": t("desk.posters.sheet.n", { n: number }), "data-sheet": number }, icon("printer"), h("span", {}, t("desk.posters.sheet")));
  print.addEventListener("click", () => press(desk, print, said, () => printed(desk, `/posters/${number}/sheet?paper=${byId("poster-paper").value}`, `poster-${number}`), { isRepeatable: true }));
  const item = h("li", { class: "desk-item", "data-poster": number, "data-open": String(poster.is_open), tabindex: "-1" });
  const chip = h("span", { class: "chip", "data-state": poster.is_open ? "live" : null }, t(poster.is_open ? "desk.poster.open" : "desk.poster.closed"));
  item.append(
    h("div", { class: "desk-item-head" }, h("div", {}, h("p", { class: "entry-name" }, `${number} · ${poster.name} `, chip), h("small", {}, `${gateName(desk.event, poster.gate)} · `, h("code", {}, poster.code))), print),
    h("ul", { class: "windows" }, poster.windows.map((window) => windowRow(desk, poster, window, item, said))),
    OVER.has(desk.event.state) ? "" : opening(desk, poster, item),
    told,
  );
  return item;
}

function replaced(desk, item, poster) {
  const next = row(desk, poster);
  item.replaceWith(next);
  next.focus();
}

function windowRow(desk, poster, window, item, said) {
  const end = window.closed_at ?? window.closes_at;
  const [from, to] = [momentOf(window.opens_at), dayKeyOf(end) === dayKeyOf(window.opens_at) ? timeOf(end) : momentOf(end)];
  const isOver = window.closed_at !== null || Date.parse(window.closes_at) <= Date.now();
  const isOpen = window.is_open && !isOver;
  const close = h("button", { class: "button tiny", type: "button", "data-close": poster.number, "aria-label": isOpen ? t("desk.poster.close.n", { n: poster.number }) : null }, t(isOpen ? "desk.poster.close" : "desk.poster.call.off"));
  close.addEventListener("click", () => press(desk, close, said, async () => replaced(desk, item, await desk.post(desk.path(`/windows/${window.id}/closing`), {})), { isRepeatable: true }));
  return h("li", {}, h("span", {}, isOpen ? t("desk.poster.until", { to }) : t(isOver ? "desk.poster.last" : "desk.poster.next", { from, to })), isOver ? "" : close);
}

function opening(desk, poster, item) {
  const [minutes, from] = [`poster-minutes-${poster.number}`, `poster-from-${poster.number}`];
  const form = h(
    "form",
    { class: "inline-form opening" },
    h("div", {}, h("label", { for: minutes }, t("desk.poster.minutes")), h("input", { class: "input small", id: minutes, name: "minutes", type: "number", min: 1, max: 1440, step: 1, value: MINUTES, required: true })),
    h("div", {}, h("label", { for: from }, t("desk.poster.from")), h("input", { class: "input small", id: from, name: "opens_at", type: "datetime-local", lang: LANGUAGE })),
    h("button", { class: "button tiny", type: "submit", "data-open-poster": poster.number, "aria-label": t("desk.poster.do.n", { n: poster.number }) }, t("desk.poster.do")),
  );
  onSend(desk, form, async () => {
    const values = Object.fromEntries(new FormData(form));
    const body = { minutes: Number(values.minutes) };
    if (values.opens_at) body.opens_at = instantOf(values.opens_at);
    replaced(desk, item, await desk.post(desk.path(`/posters/${poster.number}/windows`), body));
  });
  return form;
}

export function startPosters(desk) {
  lines = linesIn(byId("posters-told"));
  byId("posters-print").append(icon("printer"), h("span", {}, t("desk.posters.print")));
  byId("posters-print").addEventListener("click", () => press(desk, byId("posters-print"), lines, () => printed(desk, `/posters/sheets?paper=${byId("poster-paper").value}`, "posters"), { isRepeatable: true }));
  onSend(desk, byId("poster-form"), async () => {
    const poster = await desk.post(desk.path("/posters"), { name: byId("poster-name").value.trim(), gate: Number(byId("poster-gate").value) });
    byId("poster-name").value = "";
    if (byId("posters-all").hidden) byId("posters").replaceChildren();
    byId("posters-all").hidden = false;
    byId("posters").append(row(desk, poster));
    return t("desk.posters.made", { n: poster.number });
  });
}
