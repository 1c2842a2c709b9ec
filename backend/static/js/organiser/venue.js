// What stands and hangs at the venue: links for gates' screens, posters, and the windows in which a poster counts.
import { byId, h, tell } from "../shared/dom.js";
import { gateName, gateOptions } from "./gates.js";
import { readPosters, startPosters } from "./posters.js";
import { isOthers, linesIn, onSend, press } from "./submit_form.js";
import { watch } from "./poll.js";
import { qrPicture } from "../shared/qr.js";
import { momentOf, t } from "../shared/i18n.js";

const OVER = new Set(["closed", "rejected"]);
const TONES = { open: "posted", waiting: "pending", revoked: "rejected" };

export async function readVenue(desk) {
  const isOther = isOthers(byId("panel-venue"), desk);
  for (const name of ["screen-form", "poster-card"]) byId(name).hidden = OVER.has(desk.event.state);
  for (const name of ["screen", "poster"]) {
    if (!isOther) continue;
    byId(`${name}-form`).reset();
    byId(`${name}-gate`).replaceChildren(...gateOptions(desk.event));
    for (const line of byId(`${name}-form`).querySelectorAll(".said, .field-error")) tell(line, "");
  }
  if (isOther) byId("screen-link").hidden = true;
  const [{ items: screens }] = await Promise.all([desk.ask(desk.path("/screens")), readPosters(desk)]);
  showScreens(desk, screens);
  watch(desk, desk.path("/screens"), (items) => look(desk, items));
}

/** A link is opened elsewhere: its row says so, and the link, which is spent, goes. */
function look(desk, screens) {
  if (JSON.stringify(screens) === byId("screens").dataset.seen || byId("screens").contains(document.activeElement)) return;
  showScreens(desk, screens);
  const place = byId("screen-link");
  if (screens.find((screen) => screen.id === place.dataset.screen)?.state === "open") place.replaceChildren(h("p", { class: "notice calm", role: "status" }, t("desk.screens.opened")));
}

function showScreens(desk, screens) {
  byId("screens").dataset.seen = JSON.stringify(screens);
  byId("screens").replaceChildren(...(screens.length ? screens.map((screen) => row(desk, screen)) : [h("li", { class: "note" }, t("desk.screens.none"))]));
}

function row(desk, screen) {
  const name = gateName(desk.event, screen.gate);
  const isAlive = screen.state === "waiting" || screen.state === "open";
  const times = [t("desk.screens.made", { at: momentOf(screen.created_at) }), screen.revoked_at ? t("desk.screens.ended", { at: momentOf(screen.revoked_at) }) : t("desk.screens.until", { at: momentOf(screen.expires_at) })];
  const lines = h("div", {});
  const told = linesIn(lines);
  const button = h("button", { class: "button tiny", type: "button", "aria-label": t("desk.revoke.screen", { name }) }, t("desk.revoke"));
  const item = h("li", { class: "desk-item", "data-screen": screen.id, "data-screen-state": screen.state, tabindex: "-1" }, h("div", { class: "desk-item-head" }, h("div", {}, h("p", { class: "entry-name" }, name, " ", h("span", { class: "chip", "data-state": TONES[screen.state] }, t(`desk.screen.${screen.state}`))), h("small", {}, times.join(" · "))), isAlive ? button : ""), lines);
  const revoke = async () => {
    const next = row(desk, await desk.post(desk.path(`/screens/${screen.id}/revocation`), {}));
    item.replaceWith(next);
    next.focus();
    if (byId("screen-link").dataset.screen === screen.id) byId("screen-link").hidden = true;
  };
  button.addEventListener("click", () => press(desk, button, told, revoke, { isRepeatable: true }));
  return item;
}

/** The link is shown this once: the server keeps nothing that it could be made of again. */
function showLink(link) {
  const place = byId("screen-link");
  const field = h("input", { class: "input small", id: "screen-url", readonly: true, value: link.url, "aria-label": t("screen.made") });
  const copy = h("button", { class: "button tiny", type: "button" }, t("screen.copy"));
  copy.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard?.writeText(link.url).catch(() => {});
    copy.textContent = t("screen.copied");
  });
  place.dataset.screen = link.id;
  place.replaceChildren(qrPicture(link.url, t("desk.screens.qr")), h("div", {}, h("p", {}, t("screen.made")), h("p", { class: "note" }, t("desk.screens.before", { at: momentOf(link.key_expires_at) })), field, copy));
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
  place.focus({ preventScroll: true });
}

export function startVenue(desk) {
  onSend(desk, byId("screen-form"), async () => {
    const link = await desk.post(desk.path("/screens"), { gate: Number(byId("screen-gate").value), hours: Number(byId("screen-hours").value) });
    showLink(link);
    const { items } = await desk.ask(desk.path("/screens"));
    showScreens(desk, items);
  });
  startPosters(desk);
}
