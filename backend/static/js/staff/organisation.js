// An account's own organisation: what is registered of it, its licences, its members and invitations, events to run together.
import { Refused } from "../shared/api.js";
import { spelledCode } from "../shared/credit_code.js";
import { all, byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { either, t } from "../shared/i18n.js";
import { factsOf, licenceList, nameOf, stateChip } from "../shared/organisation_facts.js";
import { explain, explainOnce } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { typedWords } from "../shared/typed_text.js";
import { waitIn } from "../shared/wait_notice.js";
import { People } from "./organisation_people.js";

/** @typedef {Schema<"OrganisationMembership">} Own */

const session = new Session("staff");
const onWait = waitIn(byId("organisation-notice"));
/** @type {Own[]} */
let own = [];
const signIn = new StaffSignIn(session, byId("organisation-panel"), { onOpen: open });
const people = new People({ session, path: () => path(), fail, mayManage: () => holds("owner"), done });
byId("organisation-choice").addEventListener("change", () => show());
for (const [id, send] of /** @type {const} */ ([["org-change", change], ["org-code", tellCode], ["org-licence", addLicence]])) onSubmit(id, send);
signIn.start();

const chosen = () => /** @type {Own} */ (own.find(({ organisation }) => organisation.code === byId("organisation-choice").value) ?? own[0]);
const path = () => `/v1/organisations/${chosen().organisation.code}`;
/** @param {...Own["duties"][number]} duties */
const holds = (...duties) => chosen().duties.some((duty) => duties.includes(duty));

async function open() {
  try {
    own = (await patiently(() => session.ask("/v1/staff/me/organisations"), { onWait })).items;
    byId("organisation-choice").replaceChildren(...own.map(({ organisation }) => h("option", { value: organisation.code }, nameOf(organisation))));
    byId("organisation-parts").hidden = own.length === 0;
    if (own.length === 0) tell(byId("organisation-notice"), t("org_desk.none"));
    else await show();
  } catch (error) {
    // An operator's or a regulator's account acts for no organisation.
    if (error instanceof Refused && error.code === "role_forbidden") tell(byId("organisation-notice"), t("org_desk.none"));
    else fail(error);
  }
}

async function show() {
  tell(byId("organisation-done"), "");
  showRegistered();
  fillChange();
  await people.show();
  await showEventInvitations();
}

function showRegistered() {
  const { organisation, duties, wanted_code } = chosen();
  byId("registered").replaceChildren(h("div", { class: "card-head" }, h("h2", {}, nameOf(organisation)), stateChip(organisation.state)), ...(organisation.state_why ? [h("p", { class: "notice" }, t("organisations.why", { why: organisation.state_why }))] : []), factsOf(organisation));
  byId("own-duties").textContent = t("org_desk.duties", { duties: duties.map((duty) => t(`organisations.duty.${duty}`)).join(", ") });
  byId("public-page").setAttribute("href", `/organisations/${organisation.code}`);
  byId("change-card").hidden = !holds("owner", "editor");
  byId("code-card").hidden = !(organisation.is_provisional && holds("owner"));
  tell(byId("code-waits"), wanted_code ? t("org_desk.code.waits", { code: wanted_code }) : "");
  byId("licence-card").hidden = !holds("owner");
  byId("own-licences").replaceChildren(licenceList(organisation.licences, (licence) => (holds("owner") && !licence.revoked_at ? revoking(licence.id) : null)));
}

function fillChange() {
  const { organisation } = chosen();
  const form = byId("org-change");
  for (const [name, value] of Object.entries({ zh: organisation.name["zh-CN"], en: organisation.name.en, city: organisation.city ?? "", reason: "" })) fieldOf(form, name).value = value;
}

/** @param {Schema<"OrganisationView">} organisation */
function put(organisation) {
  const before = chosen();
  own = own.map((each) => (each === before ? { ...each, organisation } : each));
  showRegistered();
}

/** @param {Record<string, string>} values */
async function change({ zh, en, city, reason }) {
  const { organisation } = chosen();
  const name = { "zh-CN": typedWords(zh), en: typedWords(en) };
  const isRenamed = name["zh-CN"] !== organisation.name["zh-CN"] || name.en !== organisation.name.en;
  const isMoved = typedWords(city) !== (organisation.city ?? "") && typedWords(city) !== "";
  if (!isRenamed && !isMoved) throw new Told(t("org_desk.change.none"));
  const body = { reason: typedWords(reason), ...(isRenamed ? { name } : {}), ...(isMoved ? { city: typedWords(city) } : {}) };
  try {
    put(await session.ask(/** @type {"/v1/organisations/{code}/changes"} */ (`${path()}/changes`), { method: "POST", body, ifMatch: organisation.revision }));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412) throw error;
    put(await session.ask(/** @type {"/v1/organisations/{code}"} */ (path())));
    throw new Told(t("org_desk.change.outdated"));
  }
  fillChange();
  byId("change-card").open = false;
}

/** @param {Record<string, string>} values */
async function tellCode({ code, reason }) {
  const body = { code: spelledCode(code), reason: typedWords(reason) };
  await session.ask(/** @type {"/v1/organisations/{code}/code"} */ (`${path()}/code`), { method: "POST", body });
  await open();
}

/** @param {Record<string, string>} values */
async function addLicence({ kind, number, issuer, valid_from, valid_to, reason }) {
  const body = { kind: /** @type {Schema<"LicenceRequest">["kind"]} */ (kind), number: typedWords(number), issuer: typedWords(issuer), valid_from, valid_to: valid_to || null, reason: typedWords(reason) };
  put(await session.ask(/** @type {"/v1/organisations/{code}/licences"} */ (`${path()}/licences`), { method: "POST", body }));
  byId("org-licence").reset();
  byId("licence-card").open = false;
}

/** @param {string} id */
function revoking(id) {
  const reason = h("input", { class: "input small", maxlength: 400, "aria-label": t("org_desk.reason"), placeholder: t("org_desk.reason") });
  const button = h("button", { class: "button tiny", type: "button", "data-revoke": id }, t("org_desk.licence.revoke"));
  button.addEventListener("click", async () => {
    if (!reason.value.trim()) {
      tell(byId("organisation-notice"), t("org_desk.reason.missing"));
      return;
    }
    try {
      put(await session.ask(/** @type {"/v1/organisations/{code}/licences/{id}/revocation"} */ (`${path()}/licences/${id}/revocation`), { method: "POST", body: { reason: reason.value.trim() } }));
      done();
    } catch (error) {
      fail(error);
    }
  });
  return h("div", { class: "buttons" }, reason, button);
}

async function showEventInvitations() {
  byId("event-invitations-card").hidden = true;
  if (!holds("owner", "editor")) return;
  try {
    const { items } = await session.ask(/** @type {"/v1/organisations/{code}/event-invitations"} */ (`${path()}/event-invitations`));
    byId("event-invitations-card").hidden = items.length === 0;
    byId("event-invitations").replaceChildren(...items.map(eventInvitation));
  } catch (error) {
    fail(error);
  }
}

function eventInvitation(/** @type {Schema<"EventInvitationView">} */ asked) {
  const item = h("li", { class: "card", "data-event": asked.slug }, h("h3", {}, either(asked.event)), h("p", { class: "note" }, t("org_desk.event.asked", { host: asked.host ? either(asked.host.name) : "–" })));
  const buttons = /** @type {const} */ (["accepted", "refused"]).map((answer) => {
    const label = t(answer === "accepted" ? "org_desk.event.accept" : "org_desk.event.refuse");
    const button = h("button", { class: answer === "accepted" ? "button primary tiny" : "button tiny", type: "button" }, label);
    button.addEventListener("click", async () => {
      try {
        const to = /** @type {"/v1/organisations/{code}/event-invitations/{id}/answer"} */ (`${path()}/event-invitations/${asked.id}/answer`);
        await session.ask(to, { method: "POST", body: { answer, reason: label } });
        item.remove();
        done();
      } catch (error) {
        fail(error);
      }
    });
    return button;
  });
  if (holds("owner")) item.append(h("div", { class: "buttons" }, buttons));
  return item;
}

/** What is told at a form without a refusal of the server's. */
class Told extends Error {}

/** @param {"org-change" | "org-code" | "org-licence"} id @param {(values: Record<string, string>) => Promise<void>} send */
function onSubmit(id, send) {
  const refused = byId(`${id}-refused`);
  byId(id).addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
    submitted.preventDefault();
    for (const button of all("button", byId(id))) button.disabled = true;
    tell(refused, "");
    try {
      await send(valuesOf(byId(id)));
      done(t("org_desk.change.done"));
    } catch (error) {
      if (error instanceof Told) tell(refused, error.message);
      else if (!signIn.isSignedOut(error)) tell(refused, explainOnce(error));
    } finally {
      for (const button of all("button", byId(id))) button.disabled = false;
    }
  });
}

function done(text = t("org_desk.done")) {
  tell(byId("organisation-notice"), "");
  tell(byId("organisation-done"), text);
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("organisation-notice"), explain(error));
}
