// Refining the journey of an attendee who has joined: the change is shown, sent once, and explained.
import { newKey } from "../shared/api.js";
import { CITY_REFUSALS } from "../shared/city_field.js";
import { byId, h } from "../shared/dom.js";
import { Stopped, patiently } from "../shared/retry.js";
import { showRefusal } from "../shared/result.js";
import { showWait } from "../shared/wait_notice.js";
import { count, mass, t } from "../shared/i18n.js";

export class Refining {
  /** `onDone(answer, more)` shows the new record, `onLeave(record)` the old one; `onPreview(journey)` asks for an estimate. @param {{session: Session, slug: string, form: import("./journey.js").JourneyForm, onDone: (answer: any, more: HTMLElement[]) => unknown, onLeave: (record: any) => unknown, onPreview: (journey: Schema<"Journey"> | null) => unknown}} options */
  constructor({ session, slug, form, onDone, onLeave, onPreview }) {
    this.session = session;
    this.form = form;
    this.onDone = onDone;
    this.onLeave = onLeave;
    this.onPreview = onPreview;
    this.path = `/v1/events/${encodeURIComponent(slug)}/journey`;
    /** @type {any} */
    this.record = null;
    /** The request that nobody has answered yet, with its key. @type {{text: string, key: string} | null} */
    this.intent = null;
    byId("refine-send").addEventListener("click", () => this.send());
    byId("refine-leave").addEventListener("click", () => this.leave());
  }

  /** `record` is what is shown now: a scan's answer, or the attendance read again. @param {ScanResult} record */
  open(record) {
    this.record = record;
    byId("refine-refused").hidden = true;
    byId("refine-follows").textContent = t(`refine.follows.${this.#follows()}`);
    this.preview(record.footprint);
    if (this.form.journey) this.onPreview(this.form.journey);
    byId("journey-form").scrollIntoView({ block: "start" });
  }

  /** The estimate beside the record. Nothing is written by looking at it. */
  preview(/** @type {Footprint} */ footprint) {
    if (this.record === null) return;
    byId("refine-send").disabled = this.form.journey === null;
    byId("refine-compare").replaceChildren(...(this.form.journey ? compare(this.record.footprint, footprint) : [h("div", {}, h("dt", {}, t("refine.untold")))]));
  }

  leave() {
    const { record } = this;
    this.record = null;
    this.onLeave({ ...record, outcome: record.outcome === "joined" ? "already_joined" : record.outcome });
  }

  async send() {
    const button = byId("refine-send");
    if (button.getAttribute("aria-busy") === "true") return;
    byId("refine-refused").hidden = true;
    if (!this.form.check()) return;
    this.#setBusy(button, true);
    const body = { journey: this.form.journey ?? {} };
    try {
      const key = this.#keyOf(body);
      const answer = await patiently(() => this.session.ask(this.path, { method: "POST", body, key }), { onWait: (wait) => showWait(byId("refine-waiting"), wait) });
      this.intent = null;
      this.#show(answer);
    } catch (error) {
      // The form keeps what was chosen; without an answer the same request is sent again.
      if (error.code !== undefined) this.intent = null;
      if (CITY_REFUSALS.includes(error.code)) this.form.refuseCity(error);
      if (!(error instanceof Stopped)) showRefusal(error, byId("refine-refused"));
    } finally {
      showWait(byId("refine-waiting"), null);
      this.#setBusy(button, false);
    }
  }

  /** One journey, one key, until it is answered. */
  #keyOf(/** @type {object} */ body) {
    const text = JSON.stringify(body);
    if (this.intent?.text !== text) this.intent = { text, key: newKey() };
    return this.intent.key;
  }

  #show(/** @type {AnswerOf<"/v1/events/{slug}/journey", "POST">} */ answer) {
    const { record } = this;
    this.record = null;
    const offset_status = answer.offset ? "allocated" : answer.difference === "held" || answer.difference === "frozen" || answer.difference === "paused" ? answer.difference : answer.waiting_g ? "pool_exhausted" : "none";
    this.onDone({ ...answer, outcome: "refined", offset_status }, [
      h(
        "div",
        { class: "refined", id: "refined", "data-difference": answer.difference, "data-revision": answer.revision },
        h("dl", { class: "result-grid" }, ...compare(record.footprint, answer.footprint), h("div", {}, h("dt", {}, t("refine.revision")), h("dd", {}, count(answer.revision)))),
        ...sentences(record, answer).map((text) => h("p", {}, text)),
      ),
    ]);
  }

  #follows() {
    const { offset, waiting_g } = this.record;
    if (!offset) return waiting_g || ["pool_exhausted", "held", "frozen", "paused"].includes(this.record.offset_status) ? "waiting" : "none";
    return offset.kind === "full" || waiting_g ? "full" : "part";
  }

  #setBusy(/** @type {HTMLButtonElement} */ button, /** @type {boolean} */ isBusy) {
    button.setAttribute("aria-busy", String(isBusy));
    button.disabled = isBusy;
    button.textContent = t(isBusy ? "refine.sending" : "refine.send");
  }
}

function compare(/** @type {Footprint} */ before, /** @type {Footprint} */ after) {
  const pair = (/** @type {string} */ key, /** @type {Footprint} */ footprint) => h("div", {}, h("dt", {}, `${t(key)} ±${footprint.uncertainty_pct}%`), h("dd", {}, mass(footprint.total_g)));
  const change = after.total_g - before.total_g;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "";
  return [pair("refine.before", before), pair("refine.after", after), h("div", { "data-change": change }, h("dt", {}, t("refine.change")), h("dd", {}, `${sign}${mass(Math.abs(change))}`))];
}

/** What became of the difference, and of the points. */
function sentences(/** @type {ScanResult} */ record, /** @type {AnswerOf<"/v1/events/{slug}/journey", "POST">} */ answer) {
  const moved = Math.abs((answer.offset?.grams ?? 0) - (record.offset?.grams ?? 0));
  const lines = answer.delta_g === 0 ? [t("refine.same")] : [];
  if (answer.difference === "none") lines.push(t(answer.offset ? "refine.difference.none" : "refine.difference.none.nothing"));
  // Grams beyond the attendee's own sources are no offset: then only the contribution is named.
  else if (answer.difference === "allocated") lines.push(t(`refine.difference.${answer.offset?.claim === "contribution" ? "contributed" : "allocated"}`, { mass: mass(moved) }));
  else lines.push(t(`refine.difference.${answer.difference}`, { mass: mass(["waiting", "held", "frozen", "paused"].includes(answer.difference) ? answer.waiting_g : moved) }));
  if (answer.points_paid > 0) lines.push(t("refine.points.paid", { points: count(answer.points_paid) }));
  if (answer.points_paid < 0) lines.push(t("refine.points.back", { points: count(-answer.points_paid) }));
  return lines;
}
