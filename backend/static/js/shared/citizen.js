// Who a citizen's page asks for: an account that somebody signed in to, the made-up citizen of demo mode, or the guest of a badge.
import { newKey } from "./api.js";
import { withAge } from "./age.js";
import { demoName, demoSession } from "./demo_person.js";
import { Session } from "./session.js";
import { TAB, forget, keep, recall, recallAnew } from "./web_storage.js";
import { t } from "./i18n.js";

export const isDemo = document.body.dataset.demo === "true";
const PHONE = "guest.phone";
const EVENT_OF_CODE = /^[BVT]\w(\w{5})\./;

/** The account of this browser. In demo mode it is one made up for this tab until somebody signs in in another way. @returns {Session} */
export function citizenSession() {
  if (isDemo) return demoSession();
  const session = new Session("citizen", null, { isLasting: true });
  // The page that a provider leads back to keeps the tokens for its tab alone. They are newer than what was here.
  const brought = recallAnew(session.name, TAB);
  forget(session.name, TAB);
  if (brought) session.open(brought);
  session.ask = withAge(session.ask);
  return session;
}

/** A badge's guest, of one event alone, on this phone; one that a holder's link opened is of this tab. @param {string} event as its codes name it, or `link.` and a certificate's number */
export const guestSession = (event) => new Session(`guest.${event}`, null, { isLasting: !event.startsWith("link.") });

/**
 * What makes the holder of a badge its guest. The random text is this phone's own: sent again it is the same phone, so an
 * answer that was lost on its way locks nobody out.
 * @param {string} code of the badge, or the holder's link of the guest's certificate
 */
export function badgeAttempt(code) {
  const state = recall(PHONE) ?? newKey();
  keep(PHONE, state);
  return { provider: "badge", code, state };
}

/** The event that a code names, or "". @param {string} code */
export const eventOf = (code) => EVENT_OF_CODE.exec(code)?.[1] ?? "";

/** Whose session it is: the same text for the same person, null for nobody. @param {Session} session */
export function personOf(session) {
  const { tokens } = session;
  if (isDemo && (!tokens?.way || tokens.way === "demo")) return demoName();
  return tokens?.citizen?.id ?? null;
}

/** @param {Session} session */
export function nameOf(session) {
  const name = session.tokens?.citizen?.nickname;
  return name ? t("sign_in.as", { name }) : t("sign_in.as.nobody");
}
