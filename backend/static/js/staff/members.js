// The page of people: who works at an event or for the whole city, with which duties; given, changed and ended here.
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { either, momentOf, t } from "../shared/i18n.js";
import { typedCode } from "../shared/typed_text.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";

/** @typedef {Schema<"MemberView">} Member */
const PAGE = 50;
const EVENTS_MAX = 100;
const CITY = "*";
/** @type {Member["duties"][number]["duty"][]} */
const AT_EVENT = ["gate", "badges", "reviews", "desk"];
/** @type {Member["duties"][number]["duty"][]} */
const OF_CITY = ["reviews", "complaints"];

const session = new Session("staff");
const onWait = waitIn(byId("members-notice"));
/** @type {string | null} */
let cursor = null;
let shown = 0;

const signIn = new StaffSignIn(session, byId("members-panel"), { onOpen: open });
byId("place").addEventListener("change", () => show());
byId("more").addEventListener("click", () => load(false));
byId("member-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  give();
});
signIn.start();

async function open() {
  try {
    const { items } = await patiently(() => session.ask(`/v1/staff/events?limit=${EVENTS_MAX}`), { onWait });
    const options = items.map((event) => h("option", { value: event.slug }, either(event.name)));
    // Duties for the whole city are the operators' to give; regulators read them.
    if (["operator", "regulator"].includes(session.tokens?.staff?.role ?? "")) options.push(h("option", { value: CITY }, t("members.city")));
    byId("place").replaceChildren(...options);
    if (options.length === 0) tell(byId("members-notice"), t("members.none"));
    else await show();
  } catch (error) {
    fail(error);
  }
}

const path = () => (byId("place").value === CITY ? "/v1/members" : `/v1/events/${byId("place").value}/members`);

async function show() {
  const duties = byId("place").value === CITY ? OF_CITY : AT_EVENT;
  byId("duties").replaceChildren(...duties.map((duty) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "duty", value: duty }), h("span", {}, t(`members.duty.${duty}`)))));
  tell(byId("members-done"), "");
  await load(true);
}

async function load(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  // A list that was asked for before another place was chosen comes too late.
  const asked = (shown += isFresh ? 1 : 0);
  try {
    const page = await patiently(() => session.ask(/** @type {"/v1/members"} */ (`${path()}?${query}`)), { onWait });
    if (asked !== shown) return;
    const cards = page.items.map(card);
    if (isFresh) byId("members").replaceChildren(...cards);
    else byId("members").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("members-empty").hidden = byId("members").children.length > 0;
  } catch (error) {
    fail(error);
  }
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("members-notice"), explain(error));
}

async function give() {
  const username = typedCode(valuesOf(byId("member-form")).username);
  const duties = /** @type {any[]} */ ([...byId("duties").querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value));
  if (duties.length === 0) {
    tell(byId("give-refused"), t("members.duties.missing"));
    return;
  }
  byId("give-go").disabled = true;
  tell(byId("give-refused"), "");
  try {
    const member = await session.ask(/** @type {"/v1/members"} */ (path()), { method: "POST", body: { username, duties } });
    byId("member-form").reset();
    byId("give").open = false;
    document.querySelector(`[data-member="${CSS.escape(member.username)}"]`)?.remove();
    byId("members").prepend(card(member));
    byId("members-empty").hidden = true;
    tell(byId("members-done"), t("members.given", { name: member.username }));
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("give-refused"), explain(error));
  } finally {
    byId("give-go").disabled = false;
  }
}

/** @param {Member} member @returns {HTMLElement} */
function card(member) {
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const item = h(
    "li",
    { class: "card account-card", "data-member": member.username },
    h("div", { class: "card-head" }, h("h2", {}, member.username)),
    h("dl", { class: "facts" }, member.duties.map((held) => h("div", {}, h("dt", {}, t(`members.duty.${held.duty}`)), h("dd", {}, t("members.since", { at: momentOf(held.added_at), name: held.added_by }))))),
    refused,
    session.tokens?.staff?.role === "regulator" ? null : h("div", { class: "buttons" }, ending(false), member.devices > 0 ? ending(true) : null),
  );
  /** @param {boolean} endsDevices */
  function ending(endsDevices) {
    const label = endsDevices ? t("members.end.devices", { count: member.devices }) : t("members.end");
    const button = h("button", { class: "button tiny", type: "button", "data-end": endsDevices ? "devices" : "duties" }, label);
    button.addEventListener("click", () => end(button, endsDevices));
    return button;
  }
  async function end(/** @type {HTMLButtonElement} */ button, /** @type {boolean} */ ends_devices) {
    button.disabled = true;
    tell(refused, "");
    try {
      const body = { reason: t("members.end.reason"), ends_devices };
      await session.ask(/** @type {"/v1/members/{id}/removal"} */ (`${path()}/${member.id}/removal`), { method: "POST", body });
      item.remove();
      byId("members-empty").hidden = byId("members").children.length > 0;
      tell(byId("members-done"), t("members.ended", { name: member.username }));
    } catch (error) {
      button.disabled = false;
      if (!signIn.isSignedOut(error)) tell(refused, explain(error));
    }
  }
  return item;
}
