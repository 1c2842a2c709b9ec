// The page of a link that sets a password once. The link's key stands behind the `#`, where no server and no log sees it.
import { ask } from "../shared/api.js";
import { byId, tell, valuesOf } from "../shared/dom.js";
import { explainOnce } from "../shared/refusal.js";
import { t } from "../shared/i18n.js";

const token = location.hash.slice(1);
// Out of the address: whoever looks at the screen, or at the history, finds it there no more.
history.replaceState(null, "", location.pathname);
if (!token) tell(byId("link-refused"), t("security.link.empty"));

byId("link-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const { password, again } = valuesOf(byId("link-form"));
  if (password !== again) {
    tell(byId("link-refused"), t("security.password.differs"));
    return;
  }
  byId("link-go").disabled = true;
  tell(byId("link-refused"), "");
  try {
    await ask("/v1/staff/password", { method: "POST", body: { token, password } });
    byId("link-form").reset();
    byId("link-form").hidden = true;
    byId("link-done").hidden = false;
    byId("link-done-title").focus();
  } catch (error) {
    tell(byId("link-refused"), explainOnce(error));
  } finally {
    byId("link-go").disabled = false;
  }
});
