// The page of an invitation: with an account that is signed in, or with a new one. The link's key stands behind the `#`.
import { ask } from "../shared/api.js";
import { byId, tell, valuesOf } from "../shared/dom.js";
import { either, momentOf, t } from "../shared/i18n.js";
import { explainOnce } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { typedCode } from "../shared/typed_text.js";

const token = location.hash.slice(1);
const session = new Session("staff");
// Out of the address: whoever looks at the screen, or at the history, finds it there no more.
history.replaceState(null, "", location.pathname);
if (token) show();
else tell(byId("invitation-refused"), t("invitation.empty"));

async function show() {
  try {
    const offer = await ask("/v1/organisation-invitations/lookup", { method: "POST", body: { token } });
    const duties = offer.duties.map((duty) => t(`organisations.duty.${duty}`)).join(", ");
    byId("invitation-lead").textContent = t("invitation.lead", { name: either(offer.organisation.name), duties, until: momentOf(offer.expires_at) });
    byId("invitation-ways").hidden = false;
    byId("invitation-accept").hidden = !session.isOpen;
    byId("invitation-sign-in").hidden = session.isOpen;
    byId("invitation-account").open = !session.isOpen;
  } catch (error) {
    tell(byId("invitation-refused"), explainOnce(error));
  }
}

byId("invitation-accept").addEventListener("click", () => join(byId("invitation-accept"), () => session.ask("/v1/organisation-invitations/acceptance", { method: "POST", body: { token } })));

byId("account-form").addEventListener("submit", (/** @type {SubmitEvent} */ submitted) => {
  submitted.preventDefault();
  const { username, password, again } = valuesOf(byId("account-form"));
  if (password !== again) tell(byId("invitation-refused"), t("invitation.differs"));
  else join(byId("account-go"), () => ask("/v1/organisation-invitations/accounts", { method: "POST", body: { token, username: typedCode(username), password } }));
});

/** @param {HTMLButtonElement} button @param {() => Promise<unknown>} perform */
async function join(button, perform) {
  button.disabled = true;
  tell(byId("invitation-refused"), "");
  try {
    await perform();
    byId("invitation-ways").hidden = true;
    byId("invitation-done").hidden = false;
    byId("invitation-title").focus();
  } catch (error) {
    tell(byId("invitation-refused"), explainOnce(error));
  } finally {
    button.disabled = false;
  }
}
