// A one-time link for a gate's screen, so that no member of staff signs in on a machine in the hall.
import { byId, h } from "../shared/dom.js";
import { copyField } from "../shared/copy_field.js";
import { t } from "../shared/i18n.js";

/** A button under the gate's code on the staff board. */
export function offerScreenLink(/** @type {Session} */ session) {
  const holder = h("div", { class: "screen-link", role: "status" });
  const button = h("button", { class: "button quiet tiny", type: "button", id: "screen-make" }, t("screen.make"));
  byId("door-full").after(button, holder);
  byId("event").addEventListener("change", () => holder.replaceChildren());
  byId("gate").addEventListener("change", () => holder.replaceChildren());
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const link = await session.ask(`/v1/events/${encodeURIComponent(byId("event").value)}/screens`, { method: "POST", body: { gate: Number(byId("gate").value || 1) } });
      show(link.url);
    } catch (error) {
      holder.replaceChildren(h("p", { class: "field-error" }, error.detail || error.title || t("unreachable.title")));
    } finally {
      button.disabled = false;
    }
  });

  function show(/** @type {string} */ url) {
    holder.replaceChildren(h("p", { class: "note" }, t("screen.made")), ...copyField(url));
  }
}
