// The lines of a certificate, for who has the holder's link. Its secret stands behind the `#`, where no server, log or
// referrer sees it; it goes to the service in a header.
import { byId, first, h } from "../shared/dom.js";
import { save } from "../shared/files.js";
import { mass, plain, t, unitOf, word } from "../shared/i18n.js";
import { linesOf } from "../shared/kept_lines.js";

const SECRET = new URLSearchParams(location.hash.slice(1)).get("s");

/** What goes with every request for the certificate. @returns {Record<string, string>} */
export const withSecret = () => (SECRET && /^[\w-]{32}$/.test(SECRET) ? { "x-certificate-secret": SECRET } : {});

/** The certificate's record, with the lines that this phone keeps where the service does not. @param {string} number */
export async function readRecord(number) {
  const answer = await fetch(`/v1/certificates/${number}`, { headers: { accept: "application/json", ...withSecret() } });
  if (!answer.ok) throw new Error(String(answer.status));
  const record = await answer.json();
  const kept = record.footprint.lines === null ? linesOf(number, record.document?.footprint.lines_sha256) : null;
  if (kept) Object.assign(record.footprint, kept);
  return record;
}

/** Shows the lines where the link opens them, and says why where it does not. @param {string} number */
export async function showLines(number) {
  const isAsked = "x-certificate-secret" in withSecret();
  const record = await readRecord(number);
  const { footprint } = record;
  if (footprint.lines === null) {
    if (isAsked) byId("lines-told").textContent = t(record.shows === "lines" ? "certificate.lines.gone" : "certificate.lines.stale");
    return;
  }
  byId("lines-told").hidden = true;
  first("tbody", byId("lines-shown")).replaceChildren(...footprint.lines.map(row));
  byId("lines-shown").hidden = false;
  byId("holders").hidden = !isAsked;
  const isCounted = footprint.lines.some((/** @type {any} */ line) => line.factor_ids.some((/** @type {string} */ id) => id.split("-").includes("rf")));
  first("dd", byId("forcing")).textContent = t(isCounted ? "forcing.on" : "forcing.off");
  byId("forcing").hidden = false;
  if (isAsked) byId("sheet").addEventListener("click", saveSheet);
}

/** The sheet with the lines: a link cannot bring the secret along. @param {Event} event */
async function saveSheet(event) {
  event.preventDefault();
  const { href } = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const answer = await fetch(href, { headers: withSecret() });
  if (answer.ok) save(await answer.blob(), new URL(href).pathname.split("/").at(-1) ?? "certificate.pdf");
}

function row(/** @type {any} */ line) {
  const notes = [
    line.note && word("note", line.note),
    line.event_share_pct && t("line.event_share", { pct: line.event_share_pct }),
    line.neutralised_by_organiser && t("certificate.line.organiser"),
  ].filter(Boolean);
  const ids = line.factor_ids.length > 0 ? line.factor_ids : [line.factor_id];
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, word("source", line.source), ...notes.flatMap((each) => [" ", h("small", {}, each)])),
    h("td", { class: "num" }, `${plain(line.quantity)} `, h("small", {}, unitOf(line.unit, line.quantity))),
    h("td", { class: "num" }, plain(line.factor_g), ...(line.gas ? [" ", h("small", {}, word("gas", line.gas))] : [])),
    h("td", { class: "ids" }, ...ids.map((/** @type {string} */ id) => h("a", { href: `/v1/factors/${encodeURIComponent(id)}` }, id))),
    h("td", { class: "num" }, mass(line.emission_g)),
  );
}
