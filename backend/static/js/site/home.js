// The home page: live counters, a badge to try, and one footprint worked out line by line.
import { ask } from "../shared/api.js";
import { byId, first, h, tell } from "../shared/dom.js";
import { countTo } from "../shared/count_up.js";
import { openScan } from "../shared/scan_dialog.js";
import { patiently } from "../shared/retry.js";
import { count, either, mass, massLike, plain, t, unitOf, word } from "../shared/i18n.js";

const POLL_MS = 3000;
/** @type {Schema<"Journey">} */
const EXAMPLE = { from_city: "重庆", distance_km: 300, mode: "hsr", nights: 2, room_sharing: 2 };

async function start() {
  byId("badge")?.addEventListener("click", takeBadge);
  byId("scan-badge").addEventListener("click", openScan);
  const { items } = await patiently(() => ask("/v1/events?limit=20"), { onWait: (wait) => wait && showState("lost") });
  const event = items.find((item) => item.slug === "demo" && item.state === "running") ?? items.find((item) => item.state === "running");
  if (!event) {
    byId("live-state").hidden = true;
    byId("event-name").textContent = t("home.live.none");
    return;
  }
  byId("event-name").textContent = either(event.name);
  showTrace(event).catch(() => {});
  for (;;) {
    if (!document.hidden) await showCounts(event.slug);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function showCounts(/** @type {string} */ slug) {
  try {
    const stats = await ask(`/v1/events/${encodeURIComponent(slug)}/stats`);
    for (const name of /** @type {const} */ (["joined", "offsets", "actions"])) countTo(byId(name), stats[name], count);
    for (const name of /** @type {const} */ (["footprint_g", "grams"])) countTo(byId(name), stats[name], massLike(stats[name]));
    showState(stats.source === "live" ? "live" : "database");
  } catch {
    showState("lost");
  }
}

function showState(/** @type {"live" | "database" | "lost"} */ state) {
  const chip = byId("live-state");
  chip.dataset.state = state;
  tell(chip, t({ live: "home.live.ok", database: "home.live.database", lost: "home.live.lost" }[state]));
}

async function takeBadge() {
  const button = byId("badge");
  const label = first("span", button);
  const words = label.textContent;
  button.disabled = true;
  label.textContent = t("home.badge.wait");
  tell(byId("badge-refused"), "");
  try {
    const { url } = await ask("/demo/badge");
    location.assign(new URL(url, location.href).pathname);
  } catch (error) {
    tell(byId("badge-refused"), error.detail || error.title || t("unreachable.title"));
    label.textContent = words;
    button.disabled = false;
  }
}

async function showTrace(/** @type {{slug: string}} */ event) {
  const footprint = await ask(`/v1/events/${encodeURIComponent(event.slug)}/footprints`, { method: "POST", body: { journey: EXAMPLE } });
  const rows = footprint.lines.map((line) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, word("source", line.source), line.note ? h("small", {}, ` ${word("note", line.note)}`) : null),
      h("td", { class: "num" }, `${plain(line.quantity)} `, h("small", {}, unitOf(line.unit, line.quantity))),
      h("td", { class: "num" }, plain(line.factor_g)),
      h("td", { class: "ids" }, line.factor_ids.map((id) => h("a", { href: `/v1/factors/${encodeURIComponent(id)}` }, id))),
      h("td", { class: "num" }, mass(line.emission_g)),
    ),
  );
  byId("trace-table").tBodies[0].replaceChildren(...rows);
  byId("trace-sum").textContent = mass(footprint.total_g);
  byId("trace").hidden = false;
}

start();
