// A freeze of an event: why its allocation is stopped, and a regulator's buttons to freeze it and to release it.
import { h, tell } from "./dom.js";
import { momentOf, t } from "./i18n.js";
import { explain } from "./refusal.js";

/** @typedef {AnswerOf<"/v1/events/{slug}/freezes">} FreezeView */

/** Shows in `panel` whether an event is frozen, and lets regulators decide. `onChange` is called after each step.
 * @param {import("./session.js").Session} session @param {string} slug @param {HTMLElement} panel @param {() => void} onChange */
export async function showFreeze(session, slug, panel, onChange = () => undefined) {
  /** @type {`/v1/events/${string}`} */
  const path = `/v1/events/${encodeURIComponent(slug)}`;
  const isRegulator = session.tokens?.staff?.role === "regulator";
  draw(await session.ask(`${path}/freezes`));

  /** @param {FreezeView} seen */
  function draw(seen) {
    panel.dataset.frozen = String(seen.is_frozen);
    panel.hidden = !seen.is_frozen && !isRegulator && seen.freezes.length === 0;
    panel.replaceChildren(
      seen.is_frozen ? h("p", { class: "notice", role: "status" }, h("strong", {}, t("freeze.standing")), h("br"), t("freeze.standing.text", { why: seen.frozen_why ?? "" })) : "",
      seen.waits ? h("p", { class: "notice calm", role: "status", "data-freeze": "waits" }, t("freeze.waits")) : "",
      isRegulator ? form(seen) : "",
      seen.freezes.length > 0 ? history(seen) : "",
    );
  }

  /** @param {FreezeView} seen */
  function form(seen) {
    const isOrdered = seen.freezes.some((each) => each.cause === "order" && each.ended_at === null);
    if (seen.is_frozen && !isOrdered) return h("p", { class: "note" }, t("freeze.by.list"));
    const reason = h("input", { class: "input", id: "freeze-reason", name: "reason", maxlength: 400, required: true, autocomplete: "off" });
    const refused = h("p", { class: "field-error", role: "alert", hidden: true });
    const word = !isOrdered ? "freeze.freeze" : seen.may_confirm ? "freeze.confirm" : "freeze.release";
    const send = h("button", { class: "button", type: "submit", "data-freeze": isOrdered ? "release" : "freeze", disabled: seen.waits && !seen.may_confirm }, t(word));
    const made = h("form", { class: "inline-form", autocomplete: "off" }, h("label", { for: "freeze-reason" }, t("freeze.reason")), reason, send, refused);
    made.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      send.disabled = true;
      tell(refused, "");
      try {
        const body = { reason: reason.value.trim() };
        draw(isOrdered ? await session.ask(`${path}/release`, { method: "POST", body }) : await session.ask(`${path}/freeze`, { method: "POST", body }));
        onChange();
      } catch (error) {
        tell(refused, explain(error));
        send.disabled = false;
      }
    });
    return made;
  }
}

/** @param {FreezeView} seen */
function history(seen) {
  const rows = seen.freezes.map((each) => h("li", {}, h("span", { class: "chip" }, t(`freeze.cause.${each.cause}`)), " ", t(each.ended_at ? "freeze.ended" : "freeze.since", { from: momentOf(each.frozen_at), to: each.ended_at ? momentOf(each.ended_at) : "", by: each.by }), h("br"), each.reason));
  return h("details", { class: "more" }, h("summary", {}, t("freeze.history")), h("ul", { class: "plain" }, rows));
}
