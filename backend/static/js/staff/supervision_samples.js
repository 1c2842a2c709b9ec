// Samples of the regulator's desk: certificates are drawn at random, and the chain of each is drawn and checked.
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { count, dayOf, either, momentOf, t } from "../shared/i18n.js";
import { chip, labelled, refusedPlace, tableOf } from "./supervision_desk.js";

/** @typedef {import("./supervision_desk.js").Desk} Desk */
/** @typedef {Schema<"SampledCertificate">} Certificate */
/** @typedef {ItemOf<"/v1/supervision/samples">} Brief */

/** @param {Desk} desk */
export function samplesPart(desk) {
  const load = desk.list(byId("samples"), byId("samples-more"), (cursor) => desk.session.ask(`/v1/supervision/samples?limit=20${cursor}`), briefRow, t("supervision.sample.none"));
  byId("draw-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    desk.press(byId("draw-go"), byId("draw-refused"), async () => {
      byId("draw-go").textContent = t("supervision.sample.going");
      try {
        const { size, reason, ...others } = valuesOf(byId("draw-form"));
        const told = Object.fromEntries(Object.entries(others).filter(([, value]) => value));
        const sample = await desk.session.ask("/v1/supervision/samples", { method: "POST", body: { size: Number(size), reason, ...told } });
        show(desk, sample);
        await load();
      } finally {
        byId("draw-go").textContent = t("supervision.sample.go");
      }
    });
  });
  return load;
}

/** @param {Desk} desk @param {string} id */
export async function showSample(desk, id) {
  show(desk, await desk.session.ask(`/v1/supervision/samples/${encodeURIComponent(id)}`));
}

/** @param {Brief} sample */
const head = (sample) => h("div", { class: "card-head" }, h("h3", {}, `${sample.number} · ${scope(sample)}`), chip(sample.failed ? t("supervision.sample.failed", { n: sample.failed }) : t("supervision.sample.passed"), sample.failed ? "rejected" : "posted"));

/** @param {Brief} sample */
const scope = (sample) => (sample.event_name ? either(sample.event_name) : `${dayOf(sample.period_from ?? "")} – ${dayOf(sample.period_to ?? "")}`);

/** @param {Brief} sample */
const told = (sample) => [
  h("p", { class: "note" }, t("supervision.sample.told", { size: count(sample.size), population: count(sample.population), seed: sample.seed })),
  h("p", { class: "note" }, t("supervision.sample.by", { by: sample.drawn_by, at: momentOf(sample.drawn_at), reason: sample.reason })),
];

/** @param {Brief} sample */
const briefRow = (sample) => h("li", { "data-sample": sample.number }, head(sample), ...told(sample), h("a", { class: "button tiny", href: `#samples/${sample.id}` }, t("supervision.sample.open")));

/** @param {Desk} desk @param {Schema<"SampleView">} sample */
function show(desk, sample) {
  const cards = sample.certificates.map((certificate) => certificateCard(desk, sample.id, certificate));
  byId("sample-shown").replaceChildren(h("section", { class: "card", "data-shown": sample.number }, head(sample), ...told(sample), ...cards));
  byId("sample-shown").focus();
}

/** @param {Desk} desk @param {string} sampleId @param {Certificate} certificate @returns {HTMLElement} */
function certificateCard(desk, sampleId, certificate) {
  const refused = refusedPlace();
  const card = h(
    "details",
    { class: "more", "data-certificate": certificate.number, open: !certificate.is_ok },
    h("summary", {}, h("code", {}, certificate.number), " ", chip(t(certificate.is_ok ? "supervision.link.ok" : "supervision.link.failed"), certificate.is_ok ? "posted" : "rejected")),
    h("p", { class: "note" }, h("a", { href: certificate.url }, certificate.url), ` · ${t(`supervision.basis.${certificate.basis}`)} · ${t("supervision.sample.checks", { n: certificate.checks })} · ${certificate.checked_by}, ${momentOf(certificate.checked_at)}`),
    h("ol", { class: "chain" }, certificate.chain.map(link)),
    desk.isRegulator ? checks(desk, sampleId, certificate, refused, (next) => card.replaceWith(certificateCard(desk, sampleId, next))) : null,
    refused,
  );
  return card;
}

/** @param {Certificate["chain"][number]} each */
function link(each) {
  const state = each.is_ok === null ? "unknown" : each.is_ok ? "ok" : "failed";
  return h(
    "li",
    { "data-ok": String(each.is_ok), "data-link": each.name },
    h("strong", {}, t(`supervision.link.${each.name}`)),
    h("span", { class: "note" }, ` ${t(`supervision.link.${state}`)}`),
    each.wrong.map((code) => h("p", { class: "wrong" }, t(`supervision.wrong.${code}`))),
    each.items.length ? tableOf(each.items) : null,
  );
}

/** @param {Desk} desk @param {string} sampleId @param {Certificate} certificate @param {HTMLElement} refused @param {(next: Certificate) => void} onChecked */
function checks(desk, sampleId, certificate, refused, onChecked) {
  const path = /** @type {const} */ (`/v1/supervision/samples/${sampleId}/certificates/${certificate.position}/checks`);
  const again = h("button", { class: "button tiny", type: "button" }, t("supervision.sample.again"));
  again.addEventListener("click", () => desk.press(again, refused, async () => onChecked(await desk.session.ask(path, { method: "POST", body: {} }))));
  const file = h("input", { class: "input", type: "file", accept: "application/json,.json" });
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    /** @type {any} */
    let copy = null;
    try {
      copy = JSON.parse(await chosen.text());
    } catch {
      tell(refused, t("supervision.sample.copy.unreadable"));
      return;
    }
    await desk.press(again, refused, async () => onChecked(await desk.session.ask(path, { method: "POST", body: { certificate: copy } })));
  });
  return h("div", { class: "form-row" }, again, labelled(t("supervision.sample.copy"), file));
}
