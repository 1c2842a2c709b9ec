// The head of the phone's page: where and when, what it is called, and what its footprint counts.
import { cityName } from "../shared/city_names.js";
import { byId } from "../shared/dom.js";
import { openScan } from "../shared/scan_dialog.js";
import { daysOf, either, t } from "../shared/i18n.js";

/** @param {NonNullable<Schema<"CodeView">["event"]>} event */
export function showHead(event) {
  const { text, days } = daysOf(event.starts_at, event.ends_at);
  byId("event-place").textContent = [cityName(event.city), text, days > 1 ? t("phone.days", { days }) : t("phone.day")].join(" · ");
  byId("event-name").textContent = either(event.name);
  byId("boundary").textContent = t(`boundary.long.${event.boundary}`);
  byId("scan-other").addEventListener("click", openScan);
  document.title = `${either(event.name)} · ${t("brand")}`;
}
