// Assessments of scenes: members of certifiers assess, operators decide, and either withdraws with a public ground.
import { all, byId, h, tell, valuesOf } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { either, t } from "../shared/i18n.js";

const REASON_CHARS_MAX = 400;
/** @typedef {ItemOf<"/v1/scenes/{code}/certifications">} Certification */

const session = new Session("staff");
const onWait = waitIn(byId("certifications-notice"));
const signIn = new StaffSignIn(session, byId("certifications-panel"), { onOpen: load });
signIn.start();

async function load() {
  const isOperator = session.tokens?.staff?.role === "operator";
  byId("waiting-card").hidden = !isOperator;
  if (!isOperator) return;
  try {
    const page = await patiently(() => session.ask("/v1/scene-certifications?limit=100"), { onWait });
    byId("waiting").replaceChildren(...page.items.map((each) => row(each, [["confirm", (reason) => decide(each, "confirmed", reason)], ["reject", (reason) => decide(each, "rejected", reason)]])));
    byId("waiting-none").hidden = page.items.length > 0;
  } catch (error) {
    fail(error);
  }
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("certifications-notice"), explain(error));
}

/** A line with what may be done about it, each with a reason. @param {Certification} each @param {["confirm" | "reject" | "withdraw", (reason: string) => Promise<unknown>][]} ways */
function row(each, ways) {
  const reason = h("input", { class: "input", maxlength: REASON_CHARS_MAX, placeholder: t("issuance.form.reason"), "aria-label": t("issuance.form.reason") });
  const buttons = ways.map(([name, act]) => h("button", { class: "button tiny", type: "button", "data-way": name, onclick: () => run(() => act(reason.value.trim()), reason) }, t(`certifications.${name}`)));
  const told = [each.certifier.name && either(each.certifier.name), `${each.score}`, `${each.valid_from} – ${each.valid_to}`, t(`certification.state.${each.state}`), each.withdrawn_why].filter(Boolean).join(" · ");
  return h("li", { class: "entry", "data-certification": each.id, "data-state": each.state }, h("div", {}, h("p", { class: "entry-name" }, h("a", { href: `/scenes/${each.scene}` }, each.scene)), h("small", {}, told), ways.length ? h("div", { class: "budget-change" }, reason, h("div", { class: "buttons" }, buttons)) : ""));
}

/** @param {() => Promise<unknown>} act @param {HTMLInputElement} reason */
async function run(act, reason) {
  tell(byId("certifications-notice"), "");
  tell(byId("certifications-said"), "");
  if (!reason.value.trim()) {
    tell(byId("certifications-notice"), t("certifications.reason.first"));
    reason.focus();
    return;
  }
  try {
    await act();
    await load();
    tell(byId("certifications-said"), t("certifications.said"));
  } catch (error) {
    fail(error);
  }
}

const decide = (/** @type {Certification} */ each, /** @type {"confirmed" | "rejected"} */ decision, /** @type {string} */ reason) => session.ask(`/v1/scene-certifications/${each.id}/confirmation`, { method: "POST", body: { decision, reason } });

async function list(/** @type {string} */ scene) {
  const found = await session.ask(`/v1/scenes/${encodeURIComponent(scene)}/certifications`);
  const withdraw = async (/** @type {Certification} */ each, /** @type {string} */ reason) => {
    await session.ask(`/v1/scene-certifications/${each.id}/withdrawal`, { method: "POST", body: { reason } });
    await list(scene);
  };
  byId("certifications").replaceChildren(...found.items.map((each) => row(each, ["certified", "announced"].includes(each.state) ? [["withdraw", (reason) => withdraw(each, reason)]] : [])));
}

byId("list-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  tell(byId("certifications-notice"), "");
  try {
    await list(String(valuesOf(byId("list-form")).scene).trim());
  } catch (error) {
    fail(error);
  }
});

byId("propose-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const form = byId("propose-form");
  tell(byId("certifications-notice"), "");
  tell(byId("certifications-said"), "");
  const values = /** @type {Record<string, string>} */ (valuesOf(form));
  const points = Object.fromEntries(all("[data-criterion]", form).map((field) => [field.dataset.criterion ?? "", Number(/** @type {HTMLInputElement} */ (field).value)]));
  const body = { organisation: values.organisation.trim(), points, valid_from: values.valid_from, valid_to: values.valid_to, reason: values.reason.trim() };
  try {
    await session.ask(`/v1/scenes/${encodeURIComponent(values.scene.trim())}/certifications`, { method: "POST", body });
    form.reset();
    await load();
    tell(byId("certifications-said"), t("certifications.said"));
  } catch (error) {
    fail(error);
  }
});
