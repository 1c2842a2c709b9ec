// Who a citizen's page asks for: an account that somebody signed in to, the made-up citizen of demo mode, or the guest of a badge.
import { withAge } from "./age.js";
import { demoName, demoSession } from "./demo_person.js";
import { Session } from "./session.js";
import { TAB, forget, recall } from "./web_storage.js";
import { t } from "./i18n.js";

export const isDemo = document.body.dataset.demo === "true";
const EVENT_OF_CODE = /^[BVT]\w(\w{5})\./;

/** The account of this browser. In demo mode it is one made up for this tab until somebody signs in in another way. @returns {Session} */
export function citizenSession() {
  if (isDemo) return demoSession();
  const session = new Session("citizen", null, { isLasting: true });
  // The page that a provider leads back to keeps the tokens for its tab alone.
  const brought = recall(session.name, TAB);
  if (!session.isOpen && brought) {
    forget(session.name, TAB);
    session.open(brought);
  }
  session.ask = withAge(session.ask);
  return session;
}

/** A badge's guest, of one event alone, on this phone. @param {string} event as its codes name it */
export const guestSession = (event) => new Session(`guest.${event}`, null, { isLasting: true });

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
