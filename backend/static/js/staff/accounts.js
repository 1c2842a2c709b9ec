// The operators' page of staff accounts: made, given a link, another role, a fresh start with the second factor, disabled.
import { byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { typedCode } from "../shared/typed_text.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";
import { momentOf, t } from "../shared/i18n.js";

const ROLES = /** @type {const} */ (["staff", "organiser", "operator", "regulator", "verifier"]);
const PAGE = 50;
const REASON_CHARS_MAX = 400;
/** @typedef {Schema<"StaffAccountView">} Account */

const session = new Session("staff");
/** @type {string | null} */
let cursor = null;
const onWait = waitIn(byId("accounts-notice"));

const signIn = new StaffSignIn(session, byId("accounts-panel"), { onOpen: () => load(true), onClose: () => byId("accounts-done").replaceChildren() });
byId("more").addEventListener("click", () => load(false));
byId("account-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  create();
});
signIn.start();

async function load(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await patiently(() => session.ask(`/v1/staff/accounts?${query}`), { onWait });
    const cards = page.items.map(card);
    if (isFresh) byId("accounts").replaceChildren(...cards);
    else byId("accounts").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("accounts-notice"), explain(error));
  }
}

async function create() {
  const { username, reason } = valuesOf(byId("account-form"));
  const role = /** @type {typeof ROLES[number]} */ (fieldOf(byId("account-form"), "role").value);
  byId("create-go").disabled = true;
  tell(byId("create-refused"), "");
  try {
    const link = await session.ask("/v1/staff/accounts", { method: "POST", body: { username: typedCode(username), role, reason: reason.trim() } });
    byId("account-form").reset();
    byId("create").open = false;
    showLink(link);
    byId("accounts").prepend(card(link.account));
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("create-refused"), explain(error));
  } finally {
    byId("create-go").disabled = false;
  }
}

/** The link is shown once, to be handed to its owner. @param {Schema<"PasswordLinkView">} link */
function showLink({ account, url, expires_at }) {
  const field = h("input", { class: "input small", id: "password-link", readonly: true, value: url, "aria-label": t("accounts.link") });
  const copy = h("button", { class: "button tiny", type: "button" }, t("accounts.copy"));
  copy.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard?.writeText(url).catch(() => {});
    copy.textContent = t("accounts.copied");
  });
  byId("accounts-done").replaceChildren(h("p", {}, t("accounts.link.made", { name: account.username, at: momentOf(expires_at) })), h("div", { class: "find" }, field, copy));
  byId("accounts-done").hidden = false;
  field.focus();
}

/** @param {Account} account @returns {HTMLElement} */
function card(account) {
  const state = account.disabled_at ? "accounts.disabled" : account.is_own ? "accounts.own" : "";
  return h(
    "li",
    { class: "card account-card", "data-account": account.username },
    h("div", { class: "card-head" }, h("h2", {}, account.username), h("div", { class: "chips" }, h("span", { class: "chip" }, t(`accounts.role.${account.role}`)), state ? h("span", { class: "chip", "data-state": account.disabled_at ? "lost" : "" }, t(state)) : null)),
    h(
      "dl",
      { class: "facts" },
      fact("accounts.made", momentOf(account.created_at)),
      fact("accounts.last", account.last_sign_in_at ? momentOf(account.last_sign_in_at) : t("accounts.never")),
      fact("accounts.factor", t(account.has_second_factor ? "accounts.factor.on" : "accounts.factor.off")),
    ),
    account.is_own || account.disabled_at ? null : changes(account),
  );
}

/** @param {string} key @param {string} value */
const fact = (key, value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value));

/** @param {Account} account */
function changes(account) {
  const reason = h("input", { class: "input", maxlength: REASON_CHARS_MAX, "aria-label": t("accounts.reason"), placeholder: t("accounts.reason.hint") });
  const role = h("select", { class: "input", "aria-label": t("accounts.role") }, ROLES.map((each) => h("option", { value: each, selected: each === account.role }, t(`accounts.role.${each}`))));
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  /** @param {"password-link" | "role" | "second-factor-reset" | "disablement"} verb @param {(said: string) => Promise<Account>} perform */
  const button = (verb, perform) => h("button", { class: "button tiny", type: "button", "data-verb": verb, onclick: () => change(perform) }, t(`accounts.do.${verb}`));
  const path = /** @type {const} */ ("/v1/staff/accounts/{id}");
  const at = (/** @type {string} */ verb) => `${path.replace("{id}", account.id)}/${verb}`;
  const buttons = [
    button("password-link", async (said) => {
      const link = await session.ask(at("password-link"), { method: "POST", body: { reason: said } });
      showLink(link);
      return link.account;
    }),
    button("role", (said) => session.ask(at("role"), { method: "POST", body: { role: role.value, reason: said } })),
    account.has_second_factor ? button("second-factor-reset", (said) => session.ask(at("second-factor-reset"), { method: "POST", body: { reason: said } })) : null,
    button("disablement", (said) => session.ask(at("disablement"), { method: "POST", body: { reason: said } })),
  ].filter((each) => each !== null);
  /** @param {(said: string) => Promise<Account>} perform */
  async function change(perform) {
    const said = reason.value.trim();
    if (!said) {
      tell(refused, t("accounts.reason.missing"));
      reason.focus();
      return;
    }
    for (const each of buttons) each.disabled = true;
    tell(refused, "");
    try {
      const changed = await perform(said);
      item.closest("[data-account]")?.replaceWith(card(changed));
    } catch (error) {
      for (const each of buttons) each.disabled = false;
      if (!signIn.isSignedOut(error)) tell(refused, explain(error));
    }
  }
  const item = h("details", { class: "account-changes" }, h("summary", {}, t("accounts.change")), h("div", { class: "form-row" }, reason, role), refused, h("div", { class: "buttons" }, buttons));
  return item;
}
