// Programmes of periods of people's lives: operators open one for a month, a quarter or a year in a city.
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { dayOf, either, t } from "../shared/i18n.js";

/** @typedef {ItemOf<"/v1/programmes">} Programme */

const session = new Session("staff");
const onWait = waitIn(byId("programmes-notice"));
const signIn = new StaffSignIn(session, byId("programmes-panel"), { onOpen: load });
signIn.start();

async function load() {
  try {
    const { items } = await patiently(() => session.ask("/v1/programmes"), { onWait });
    byId("programmes-open").replaceChildren(...items.map(row));
    byId("programmes-none").hidden = items.length > 0;
  } catch (error) {
    fail(error);
  }
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("programmes-notice"), explain(error));
}

/** A programme, with the way to its pool on the organisers' pages. @param {Programme} each */
function row(each) {
  const days = `${dayOf(each.starts_on)} – ${dayOf(each.ends_on)} · ${each.factor_set} · ${each.slug}`;
  const pool = h("a", { class: "button tiny", href: `/organiser#event/${each.slug}/pool` }, t("programmes.pool"));
  return h("li", { class: "entry", "data-programme": each.slug }, h("div", {}, h("p", { class: "entry-name" }, either(each.name)), h("p", { class: "note" }, days)), h("div", { class: "entry-buttons" }, pool));
}

byId("programme-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const form = byId("programme-form");
  tell(byId("programmes-notice"), "");
  tell(byId("programmes-said"), "");
  const { kind, city, starts_on, reason } = /** @type {Record<string, string>} */ (valuesOf(form));
  try {
    const body = { kind: /** @type {Programme["kind"]} */ (kind), city: city.trim(), starts_on, reason: reason.trim() };
    const opened = await session.ask("/v1/programmes", { method: "POST", body });
    await load();
    tell(byId("programmes-said"), t("programmes.opened", { name: either(opened.name) }));
  } catch (error) {
    fail(error);
  }
});
