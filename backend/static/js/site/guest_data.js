// A guest's own data, below the certificate on the phone that joined: consents, a copy to take along, and leaving for good.
import { readConsents } from "../account/consents.js";
import { readPrivacy } from "../account/privacy.js";
import { guestSession } from "../shared/citizen.js";
import { byId } from "../shared/dom.js";
import { Section } from "../shared/lazy_section.js";

/** Nothing is shown where the guest's session is not on this phone. @param {string} event as its codes name it */
export function showGuestData(event) {
  const session = guestSession(event);
  if (!session.isOpen) return;
  /** @type {any} */
  const guest = {
    session,
    ask: session.ask,
    post: (/** @type {any} */ path, /** @type {any} */ body, /** @type {string} */ key) => session.ask(path, { method: "POST", body, key }),
    changed: () => consents.reload(),
  };
  /** @type {Section} */
  const consents = new Section(byId("guest-consents"), () => read());
  const read = readConsents(guest, consents);
  readPrivacy(guest, new Section(byId("guest-rights"), () => {}));
  byId("guest-data").hidden = false;
  // Whoever has left has nothing here any more.
  byId("dialog").addEventListener("close", () => {
    byId("guest-data").hidden = !session.isOpen;
  });
  consents.open();
}
