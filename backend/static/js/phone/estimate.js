// What a journey would emit, asked while it is told; an answer that was overtaken by a newer question is dropped.
import { ask } from "../shared/api.js";
import { CITY_REFUSALS } from "../shared/city_field.js";
import { byId, tell } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { t } from "../shared/i18n.js";

const SLOW_MS = 400;

export class Estimator {
  /** `show` draws a footprint, `refuseCity` says beside its field which city is not known. @param {(footprint: Footprint) => unknown} show @param {(error: any) => unknown} refuseCity */
  constructor(show, refuseCity) {
    this.show = show;
    this.refuseCity = refuseCity;
    /** @type {AbortController | null} */
    this.asking = null;
    /** Grams of the newest answer; null while a newer question waits. @type {number | null} */
    this.grams = null;
  }

  stop() {
    this.asking?.abort();
  }

  /** @param {string} slug @param {Schema<"FootprintRequest">} body */
  async ask(slug, body) {
    this.stop();
    const { signal } = (this.asking = new AbortController());
    this.grams = null;
    const busy = setTimeout(() => !signal.aborted && (byId("basis").textContent = t("phone.estimating")), SLOW_MS);
    const onWait = (/** @type {Wait | null} */ wait) => !signal.aborted && tell(byId("estimate-refused"), wait ? t("phone.estimate.offline") : "");
    try {
      const footprint = await patiently(() => ask(`/v1/events/${encodeURIComponent(slug)}/footprints`, { method: "POST", body, signal }), { onWait, signal });
      if (signal.aborted) return;
      tell(byId("estimate-refused"), "");
      clearTimeout(busy);
      this.grams = footprint.total_g;
      this.show(footprint);
    } catch (error) {
      if (signal.aborted) return;
      if (CITY_REFUSALS.includes(error.code)) this.refuseCity(error);
      else tell(byId("estimate-refused"), error.detail || error.title || t("unreachable.title"));
    } finally {
      clearTimeout(busy);
    }
  }
}
