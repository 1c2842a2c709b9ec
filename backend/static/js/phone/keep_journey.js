// The switch below the journey: whether it is kept. Without it the journey is used for the answer alone.
import { give } from "../shared/consent.js";
import { byId, tell } from "../shared/dom.js";
import { either, t } from "../shared/i18n.js";
import { showRefusal } from "../shared/result.js";

const SCOPE = "event_profile";

/** Show what was agreed to, and let it be changed. @param {Session} session */
export async function offerKeeping(session) {
  const keep = /** @type {HTMLInputElement} */ (byId("keep-journey"));
  const find = async () => (await session.ask("/v1/me/consents")).items.find((consent) => consent.scope === SCOPE);
  const shown = await find();
  if (!shown) return;
  keep.checked = shown.is_granted;
  tell(byId("keep-journey-about"), `${either(shown.about)}${shown.renewal_needed ? ` ${t("privacy.state.renewal")}` : ""}`);
  byId("keep-journey-part").hidden = false;
  keep.addEventListener("change", async () => {
    keep.disabled = true;
    try {
      await give(session.ask, (await find()) ?? shown, keep.checked);
    } catch (error) {
      keep.checked = !keep.checked;
      showRefusal(error);
    } finally {
      keep.disabled = false;
    }
  });
}
