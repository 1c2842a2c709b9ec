// The page that a browser comes back to from WeChat or from a city's identity: it finishes the sign-in and goes on to where
// it was begun. What goes wrong is said with what to do, and "try again" keeps where to go on.
import { Refused, ask } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { inWeChat } from "../shared/in_wechat.js";
import { START_PAGE, forgetReturnPath, returnPathOf, startAddress } from "../shared/return_path.js";
import { Stopped, patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { showWait } from "../shared/wait_notice.js";
import { OTHER_ACCOUNT, TAB, forget, keep, recall } from "../shared/web_storage.js";
import { advice, t } from "../shared/i18n.js";

// The page's own copy of what was begun, for a reload: code and state are taken out of the address at once.
const BEGUN = "sign-in-begun";
/** @type {Record<string, "wechat_web" | "oidc">} */
const PROVIDERS = { w: "wechat_web", o: "oidc" };
// Nothing was used up: the same code may be sent again.
const UNTOUCHED = new Set(["wx_busy", "sign_in_busy", "too_many_wrong_sign_in_codes"]);
/** After a longer wait the code would be too old. */
const WAIT_S_MAX = 60;

const query = new URLSearchParams(location.search);
const state = query.get("state") ?? "";
const code = query.get("code");
const failed = query.get("error");
const session = new Session("citizen");
/** Whether somebody is in already: citizens' pages take what this one kept for its tab, and keep it for the browser. */
const isIn = () => session.isOpen || new Session("citizen", null, { isLasting: true }).isOpen;
/** @type {{provider?: "wechat_web" | "oidc", returnTo?: string | null}} */
const begun = state ? { provider: PROVIDERS[state.charAt(0)], returnTo: returnPathOf(state) } : (recall(BEGUN, TAB) ?? {});
const returnTo = begun.returnTo ?? START_PAGE;
if (state) keep(BEGUN, begun, TAB);
// Out of the address: whoever looks at the screen, at the history or at a link that is passed on finds neither.
const lang = query.get("lang");
history.replaceState(null, "", location.pathname + (lang ? `?lang=${encodeURIComponent(lang)}` : ""));

async function finish() {
  const { provider } = begun;
  if (provider && code) await signIn(provider, code);
  else if (!state && isIn()) goOn();
  else if (failed && failed !== "access_denied") end(t("signed_in.away"), t("signed_in.away.text"));
  else if (provider && state) end(t("signed_in.denied"), t("signed_in.denied.text"));
  else end(t("signed_in.unfinished"), t(provider ? "signed_in.unfinished.text" : "signed_in.nothing.text"));
}

/** @param {"wechat_web" | "oidc"} provider @param {string} code */
async function signIn(provider, code) {
  const attempt = () => ask("/v1/sessions", { method: "POST", body: { provider, code, state } }).catch(lasting);
  try {
    const answer = await patiently(attempt, { onWait: (wait) => showWait(byId("waiting"), wait) });
    if (answer instanceof Refused) refuse(answer);
    else enter(answer);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    end(t("signed_in.unfinished"), t("signed_in.unfinished.text"));
  }
}

/** Only what left the code untouched is sent again by itself; anything else is begun again by a person. @param {any} error */
function lasting(error) {
  if (error instanceof Refused && !(UNTOUCHED.has(error.code) && (error.retryAfterS ?? 0) <= WAIT_S_MAX)) return error;
  throw error;
}

/** @param {Schema<"CitizenSession">} signedIn */
function enter(signedIn) {
  session.open(signedIn);
  if (!signedIn.other_access_token) return goOn();
  // The account's page offers to join the two.
  keep(OTHER_ACCOUNT, { token: signedIn.other_access_token, of: signedIn.citizen.id, at: Date.now() }, TAB);
  return end(t("signed_in.two"), t("signed_in.two.text"), [link("signed_in.go.on", returnTo, true), link("signed_in.account", "/account")]);
}

/** @param {Refused} refused */
function refuse(refused) {
  // A callback that comes twice, by "back" or a reload: whoever is in stays in.
  if (refused.code === "sign_in_state_used" && isIn()) goOn();
  else if (refused.code === "wx_consent_needed") askConsent();
  else end(refused.title, refused.detail && refused.detail !== refused.title ? refused.detail : advice(refused.code, refused.status));
}

/** WeChat's own dialogue asks for the consent; whoever does not want it goes on without the mini-program's account. */
function askConsent() {
  const start = "/v1/sessions/wechat_web/start";
  end(t("signed_in.consent"), t("signed_in.consent.text"), [
    link("signed_in.consent.go", startAddress(start, returnTo, "consent"), true),
    link("signed_in.consent.alone", startAddress(start, returnTo, "alone")),
  ]);
}

function goOn() {
  forget(BEGUN, TAB);
  if (state) forgetReturnPath(state);
  location.replace(returnTo);
}

/** Say how the sign-in ended; without other buttons it may be begun again, and whoever does not goes on as they are. @param {string} title @param {string} text @param {HTMLElement[]} [buttons] */
function end(title, text, buttons) {
  const { provider } = begun;
  const isElsewhere = provider === "wechat_web" && !inWeChat();
  const again = provider && !isElsewhere ? link("signed_in.again", startAddress(`/v1/sessions/${provider}/start`, returnTo), true) : null;
  byId("signing").hidden = true;
  byId("sign-in-ended").hidden = false;
  byId("sign-in-ended-title").textContent = title;
  byId("sign-in-ended-text").textContent = text;
  tell(byId("sign-in-ended-where"), isElsewhere && !buttons ? t("signed_in.in_wechat") : "");
  byId("sign-in-ended-buttons").replaceChildren(...(buttons ?? [again, link("signed_in.without", returnTo)]).filter((each) => each !== null));
  byId("sign-in-ended-title").focus();
}

/** @param {string} key @param {string} address */
function link(key, address, isFirst = false) {
  return h("a", { class: isFirst ? "button primary" : "button", href: address }, t(key));
}

finish();
