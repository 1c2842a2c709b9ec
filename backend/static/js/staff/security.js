// A member of staff and their own account: second factors, password, sessions.
import { byId, fieldOf, first, h, tell, valuesOf } from "../shared/dom.js";
import { hasPasskeys, makePasskey } from "../shared/passkeys.js";
import { patiently } from "../shared/retry.js";
import { explain } from "../shared/refusal.js";
import { codeList, secretPicture } from "../shared/second_factor.js";
import { typedDigits } from "../shared/typed_text.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";
import { count, momentOf, t } from "../shared/i18n.js";

const session = new Session("staff");
const onWait = waitIn(byId("security-notice"));
let challenge = "";

const signIn = new StaffSignIn(session, byId("security-panel"), { onOpen: load, onClose: forget });

byId("password-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const { password, new_password } = valuesOf(byId("password-form"));
  act(byId("password-go"), byId("password-refused"), async () => {
    await session.ask("/v1/staff/me/password", { method: "POST", body: { password, new_password } });
    byId("password-form").reset();
    return t("security.password.changed");
  });
});
byId("citizen-go").addEventListener("click", () =>
  act(byId("citizen-go"), byId("citizen-refused"), async () => {
    // The citizen's session of this tab, as the account's page keeps it.
    const access_token = new Session("citizen").tokens?.access_token ?? "-";
    await session.ask("/v1/staff/me/citizens", { method: "POST", body: { access_token } });
    return t("security.citizen.told");
  }),
);
byId("begin-totp").addEventListener("click", () =>
  confirmed(byId("begin-totp"), async (password) => {
    const begun = await session.ask("/v1/staff/me/totp", { method: "POST", body: { password } });
    challenge = begun.challenge;
    byId("totp-setup").replaceChildren(...secretPicture(begun));
    byId("totp-form").hidden = false;
    byId("totp-code").focus();
    return "";
  }),
);
byId("totp-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const code = typedDigits(byId("totp-code").value);
  act(byId("totp-go"), byId("totp-refused"), async () => {
    const { codes } = await session.ask("/v1/staff/me/totp/confirmation", { method: "POST", body: { challenge, code } });
    forget();
    showCodes(codes);
    return t("security.totp.kept");
  });
});
byId("new-codes").addEventListener("click", () =>
  confirmed(byId("new-codes"), async (password) => {
    const { codes } = await session.ask("/v1/staff/me/recovery-codes", { method: "POST", body: { password } });
    showCodes(codes);
    return "";
  }),
);
byId("add-passkey").addEventListener("click", () =>
  confirmed(byId("add-passkey"), async (password) => {
    const begun = await session.ask("/v1/staff/me/passkeys/options", { method: "POST", body: { password } });
    const passkey = await makePasskey(begun.options);
    const name = byId("passkey-name").value.trim() || t("security.passkey.unnamed");
    const added = await session.ask("/v1/staff/me/passkeys", { method: "POST", body: { challenge: begun.challenge, name, passkey } });
    byId("passkey-name").value = "";
    if (added.recovery_codes.length > 0) showCodes(added.recovery_codes);
    return t("security.passkey.kept");
  }),
);
byId("codes-kept").addEventListener("click", () => {
  byId("codes-list").replaceChildren();
  byId("codes-panel").hidden = true;
});
byId("end-others").addEventListener("click", () =>
  act(byId("end-others"), byId("security-notice"), async () => {
    await session.ask("/v1/staff/me/sessions", { method: "DELETE" });
    return t("security.sessions.ended");
  }),
);
signIn.start();

/** Nothing secret stays in the page. */
function forget() {
  challenge = "";
  byId("totp-form").reset();
  byId("totp-form").hidden = true;
  byId("totp-setup").replaceChildren();
  byId("codes-list").replaceChildren();
  byId("codes-panel").hidden = true;
}

/** @param {string[]} codes */
function showCodes(codes) {
  byId("codes-list").replaceChildren(codeList(codes));
  byId("codes-panel").hidden = false;
  byId("codes-title").focus();
}

async function load() {
  try {
    const security = await patiently(() => session.ask("/v1/staff/me/security"), { onWait });
    const { items } = await patiently(() => session.ask("/v1/staff/me/sessions"), { onWait });
    showSecurity(security);
    first("#sessions tbody").replaceChildren(...items.map(row));
    byId("end-others").hidden = items.length < 2;
  } catch (error) {
    fail(error, byId("security-notice"));
  }
}

/** @param {Schema<"StaffSecurityView">} security */
function showSecurity(security) {
  const hasAny = security.has_totp || security.passkeys.length > 0;
  byId("who").textContent = security.username;
  byId("to-accounts").hidden = security.role !== "operator";
  byId("factors-lead").textContent = t(security.second_factor_required ? "security.factors.required" : "security.factors.free");
  byId("totp-state").textContent = t(security.has_totp ? "security.on" : "security.off");
  byId("codes-state").textContent = hasAny ? t("security.codes.left", { n: count(security.recovery_codes_left) }) : t("security.off");
  byId("begin-totp").textContent = t(security.has_totp ? "security.totp.replace" : "security.totp.begin");
  byId("new-codes").hidden = !hasAny;
  const canMake = security.passkeys_available && hasPasskeys();
  byId("add-passkey").hidden = !canMake;
  byId("passkey-name-field").hidden = !canMake;
  byId("passkeys").replaceChildren(...(security.passkeys.length > 0 ? security.passkeys.map(passkeyLine) : [h("li", { class: "note" }, t(security.passkeys_available ? "security.passkeys.none" : "security.passkeys.away"))]));
}

/** @param {Schema<"PasskeyView">} passkey */
function passkeyLine(passkey) {
  const used = passkey.last_used_at ? t("security.passkey.used", { at: momentOf(passkey.last_used_at) }) : t("security.passkey.made", { at: momentOf(passkey.created_at) });
  /** @type {HTMLButtonElement} */
  const remove = h("button", { class: "button quiet tiny", type: "button", "aria-label": `${t("security.passkey.remove")}: ${passkey.name}`, onclick: () => removePasskey(remove, passkey.id) }, t("security.passkey.remove"));
  return h("li", { "data-passkey": passkey.id }, h("strong", {}, passkey.name), " ", h("span", { class: "note" }, used), " ", remove);
}

function removePasskey(/** @type {HTMLButtonElement} */ button, /** @type {string} */ id) {
  confirmed(button, async (password) => {
    await session.ask(`/v1/staff/me/passkeys/${id}/removal`, { method: "POST", body: { password } });
    return t("security.passkey.removed");
  });
}

/** @param {Schema<"StaffSessionView">} one */
function row(one) {
  /** @type {HTMLButtonElement} */
  const end = h("button", { class: "button quiet tiny", type: "button", onclick: () => endOne(end, one.id) }, t("security.session.end"));
  return h(
    "tr",
    { "data-session": one.id },
    h("th", { scope: "row" }, deviceOf(one.device)),
    h("td", {}, one.source || t("not.said")),
    h("td", {}, momentOf(one.since)),
    h("td", {}, momentOf(one.last_used_at)),
    h("td", {}, one.is_current ? h("span", { class: "chip" }, t("security.session.this")) : end),
  );
}

function endOne(/** @type {HTMLButtonElement} */ button, /** @type {string} */ id) {
  act(button, byId("security-notice"), async () => {
    await session.ask(`/v1/staff/me/sessions/${id}`, { method: "DELETE" });
    return t("security.session.ended");
  });
}

/** What a browser says it is, short: its name and its system. @param {string} text */
function deviceOf(text) {
  const browser = /(MicroMessenger|Edg|Firefox|Chrome|HeadlessChrome|Safari)\/[\d.]*/.exec(text)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(text)?.[1];
  return [browser, system].filter(Boolean).join(", ") || text || t("not.said");
}

/** Carry something out that asks for the password again. @param {HTMLButtonElement} button @param {(password: string) => Promise<string>} perform */
function confirmed(button, perform) {
  const field = fieldOf(byId("factor-change"), "password");
  if (!field.value) {
    tell(byId("factor-change-refused"), t("security.password.again"));
    field.focus();
    return;
  }
  act(button, byId("factor-change-refused"), async () => {
    const said = await perform(field.value);
    field.value = "";
    return said;
  });
}

/** @param {HTMLButtonElement} button @param {HTMLElement} refused @param {() => Promise<string>} perform */
async function act(button, refused, perform) {
  button.disabled = true;
  tell(refused, "");
  tell(byId("security-done"), "");
  try {
    tell(byId("security-done"), await perform());
    await load();
  } catch (error) {
    fail(error, refused);
  } finally {
    button.disabled = false;
  }
}

function fail(/** @type {any} */ error, /** @type {HTMLElement} */ place) {
  if (signIn.isSignedOut(error)) return;
  tell(place, error instanceof DOMException ? t("security.passkey.stopped") : explain(error));
}
