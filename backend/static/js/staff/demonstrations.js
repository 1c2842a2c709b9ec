// Nominated events at the province's desk: regulators propose and confirm, operators read.
import { byId, h, tell } from "../shared/dom.js";
import { draw } from "../shared/demonstration.js";
import { either, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";

const PAGE = 20;
const session = new Session("staff");
/** @type {string | null} */
let cursor = null;
const signIn = new StaffSignIn(session, byId("demonstrations-panel"), { onOpen: () => load(true) });
byId("more").addEventListener("click", () => load(false));
signIn.start();

async function load(/** @type {boolean} */ isFresh) {
  tell(byId("demonstrations-notice"), "");
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await session.ask(`/v1/demonstration-candidates?${query}`);
    if (isFresh) byId("candidates").replaceChildren();
    byId("candidates").append(...page.items.map(card));
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("candidates-empty").hidden = byId("candidates").children.length > 0;
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("demonstrations-notice"), explain(error));
  }
}

/** @param {ItemOf<"/v1/demonstration-candidates">} found */
function card(found) {
  const panel = h("div", {});
  draw(session, found, panel);
  return h("li", { class: "card review", "data-event": found.event }, h("div", { class: "review-body" }, h("div", { class: "card-head" }, h("h3", {}, either(found.name)), h("span", { class: "chip" }, t(`state.${found.state}`))), h("p", { class: "note" }, `${found.event} · ${found.region}`), panel));
}
