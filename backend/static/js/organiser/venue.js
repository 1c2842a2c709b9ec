// The venue of an event: links for gates' screens, posters, and the windows in which a poster counts.
import { byId, h } from "../shared/dom.js";
import { gateName, gateOptions } from "./gates.js";
import { readPosters, startPosters } from "./posters.js";
import { clearLines, isOthers, linesIn, onSend, press } from "./submit_form.js";
import { poll } from "./poll.js";
import { qrPicture } from "../shared/qr.js";
import { showRows } from "../shared/lazy_section.js";
import { copyField } from "../shared/copy_field.js";
import { momentOf, t } from "../shared/i18n.js";

/** @type {Record<string, string>} */
const TONES = { open: "posted", waiting: "pending", revoked: "rejected" };

export async function readVenue(/** @type {Desk} */ desk) {
  const isOther = isOthers(byId("panel-venue"), desk);
  for (const name of ["screen-form", "poster-card"]) byId(name).hidden = desk.isOver;
  for (const name of /** @type {const} */ (["screen", "poster"])) {
    if (!isOther) continue;
    byId(`${name}-form`).reset();
    byId(`${name}-gate`).replaceChildren(...gateOptions(desk.event));
    clearLines(byId(`${name}-form`));
  }
  if (isOther) byId("screen-link").hidden = true;
  const [{ items: screens }] = await Promise.all([desk.ask(desk.path("/screens")), readPosters(desk)]);
  showScreens(desk, screens);
  poll(desk, desk.path("/screens"), (items) => refresh(desk, items));
}

/** When a link was opened elsewhere its row says so, and the link, which works once, is taken away. */
function refresh(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/screens">[]} */ screens) {
  if (JSON.stringify(screens) === byId("screens").dataset.seen || byId("screens").contains(document.activeElement)) return;
  showScreens(desk, screens);
  const panel = byId("screen-link");
  if (screens.find((screen) => screen.id === panel.dataset.screen)?.state === "open") panel.replaceChildren(h("p", { class: "notice calm", role: "status" }, t("desk.screens.opened")));
}

function showScreens(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/screens">[]} */ screens) {
  byId("screens").dataset.seen = JSON.stringify(screens);
  showRows(byId("screens"), screens.map((screen) => row(desk, screen)), t("desk.screens.none"));
}

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/screens">} */ screen) {
  const name = gateName(desk.event, screen.gate);
  const isAlive = screen.state === "waiting" || screen.state === "open";
  const times = [t("desk.screens.made", { at: momentOf(screen.created_at) }), screen.revoked_at ? t("desk.screens.ended", { at: momentOf(screen.revoked_at) }) : t("desk.screens.until", { at: momentOf(screen.expires_at) })];
  const holder = h("div", {});
  const lines = linesIn(holder);
  const button = h("button", { class: "button tiny", type: "button", "aria-label": t("desk.revoke.screen", { name }) }, t("desk.revoke"));
  const item = h("li", { class: "desk-item", "data-screen": screen.id, "data-screen-state": screen.state, tabindex: "-1" }, h("div", { class: "desk-item-head" }, h("div", {}, h("p", { class: "entry-name" }, name, " ", h("span", { class: "chip", "data-state": TONES[screen.state] }, t(`desk.screen.${screen.state}`))), h("small", {}, times.join(" · "))), isAlive ? button : ""), holder);
  const revoke = async () => {
    const next = row(desk, await desk.post(desk.path(`/screens/${screen.id}/revocation`)));
    item.replaceWith(next);
    next.focus();
    if (byId("screen-link").dataset.screen === screen.id) byId("screen-link").hidden = true;
  };
  button.addEventListener("click", () => press(desk, button, lines, revoke, { isRepeatable: true }));
  return item;
}

/** The link is shown this once: the server keeps nothing that it could be made of again. */
function showLink(/** @type {AnswerOf<"/v1/events/{slug}/screens", "POST">} */ link) {
  const panel = byId("screen-link");
  panel.dataset.screen = link.id;
  panel.replaceChildren(qrPicture(link.url, t("desk.screens.qr")), h("div", {}, h("p", {}, t("screen.made")), h("p", { class: "note" }, t("desk.screens.before", { at: momentOf(link.key_expires_at) })), ...copyField(link.url)));
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  panel.focus({ preventScroll: true });
}

export function startVenue(/** @type {Desk} */ desk) {
  onSend(desk, byId("screen-form"), async () => {
    const link = await desk.post(desk.path("/screens"), { gate: Number(byId("screen-gate").value), hours: Number(byId("screen-hours").value) });
    showLink(link);
    const { items } = await desk.ask(desk.path("/screens"));
    showScreens(desk, items);
  });
  startPosters(desk);
}
