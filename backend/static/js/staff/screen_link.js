// A one-time link for a gate's screen, so that no member of staff signs in on a machine in the hall.
import { byId, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/** A button under the gate's code on the staff board. */
export function offerScreenLink(session) {
  const place = h("div", { class: "screen-link", role: "status" });
  const button = h("button", { class: "button quiet tiny", type: "button", id: "screen-make" }, t("screen.make"));
  byId("door-full").after(button, place);
  byId("event").addEventListener("change", () => place.replaceChildren());
  byId("gate").addEventListener("change", () => place.replaceChildren());
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const path = `/v1/events/${encodeURIComponent(byId("event").value)}/screens`;
      const link = await session.ask(path, { method: "POST", body: { gate: Number(byId("gate").value || 1) } });
      show(link.url);
    } catch (error) {
      place.replaceChildren(h("p", { class: "field-error" }, error.detail || error.title || t("unreachable.title")));
    } finally {
      button.disabled = false;
    }
  });

  function show(url) {
    const field = h("input", { class: "input small", id: "screen-url", readonly: true, value: url, "aria-label": t("screen.made") });
    const copy = h("button", { class: "button tiny", type: "button" }, t("screen.copy"));
    copy.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard?.writeText(url).catch(() => {});
      copy.textContent = t("screen.copied");
    });
    place.replaceChildren(h("p", { class: "note" }, t("screen.made")), field, copy);
  }
}
