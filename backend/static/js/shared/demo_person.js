// The made-up citizen of demo mode, the same on every visit until another is wanted.
import { ask, newKey } from "./api.js";
import { byId, h } from "./dom.js";
import { withAge } from "./age.js";
import { Session } from "./session.js";
import { TAB, forget, keep, recall } from "./web_storage.js";
import { t } from "./i18n.js";

const KEPT = "demo-name";

/** @returns {string} */
export function demoName() {
  const name = recall(KEPT) ?? `guest-${newKey().slice(0, 10)}`;
  keep(KEPT, name);
  return name;
}

/** Its citizen is asked for the month of birth where points are earned. */
export function demoSession() {
  const session = new Session("citizen", () => ask("/v1/sessions", { method: "POST", body: { provider: "demo", code: demoName() } }));
  session.ask = withAge(session.ask);
  return session;
}

/** Say which citizen this page is signed in as, with a button to become another. @param {(HTMLElement | string)[]} more */
export function showDemoPerson(...more) {
  const becomeAnother = () => {
    forget(KEPT);
    forget("session.citizen", TAB);
    location.reload();
  };
  const other = h("button", { class: "button quiet tiny", type: "button", onclick: becomeAnother }, t("phone.demo.other"));
  byId("who").replaceChildren(t("phone.demo.as", { name: demoName() }), " ", other, ...more);
}
