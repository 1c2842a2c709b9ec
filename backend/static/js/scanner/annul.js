// A scan that let somebody through is taken back by the device that made it.
import { Refused } from "../shared/api.js";
import { byId } from "../shared/dom.js";
import { clearAnswer, showInside } from "./panel.js";
import { t } from "../shared/i18n.js";

/**
 * `current()` is the device that scans here, its bundle and the answer that is shown; `done()` is called when it is taken back.
 * @param {{current: () => {device: Device | null, bundle: import("./bundle_store.js").KeptBundle, shown: any}, call: (path: any, options: any) => Promise<any>,
 *   sync: (device: Device) => Promise<void>, failed: (error: any) => Promise<unknown>, done: () => void}} ways
 */
export function startAnnul({ current, call, sync, failed, done }) {
  byId("annul").addEventListener("click", async () => {
    const { device, bundle, shown } = current();
    byId("annul").disabled = true;
    try {
      // A scan that was made offline must be there before it can be taken back.
      await sync(/** @type {Device} */ (device));
      const answer = await call(`/v1/device-scans/${shown.id}/annulment`, { method: "POST" });
      clearAnswer(t("scanner.annulled"));
      showInside(answer.inside_count);
      if (answer.badge) bundle.note(answer.badge.serial, answer.badge.is_inside ? "entry" : "exit");
      done();
    } catch (error) {
      byId("badge").textContent = error instanceof Refused ? error.title : t("scanner.annul.offline");
      await failed(error);
    } finally {
      byId("annul").disabled = false;
    }
  });
}
