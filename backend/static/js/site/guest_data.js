// A guest's own data, below the certificate on the phone that joined: consents, a copy to take along, and leaving for good.
import { readConsents } from "../account/consents.js";
import { readPrivacy } from "../account/privacy.js";
import { ask } from "../shared/api.js";
import { badgeAttempt, guestSession } from "../shared/citizen.js";
import { byId, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
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

/** Where the phone that joined is gone, the holder's link is a key to the guest's session. @param {string} number */
export function offerByLink(number) {
  const known = guestSession(`link.${number}`);
  if (known.isOpen) return showGuestData(`link.${number}`);
  byId("guest-link").hidden = false;
  byId("guest-open").addEventListener("click", async () => {
    byId("guest-open").disabled = true;
    tell(byId("guest-refused"), "");
    try {
      known.open({ ...(await ask("/v1/sessions", { method: "POST", body: badgeAttempt(location.href) })), way: "badge" });
      byId("guest-link").hidden = true;
      showGuestData(`link.${number}`);
    } catch (error) {
      tell(byId("guest-refused"), explain(error));
    } finally {
      byId("guest-open").disabled = false;
    }
  });
}
