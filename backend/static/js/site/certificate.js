// Checks a certificate in the browser: its document, the signatures, the way from its leaf to the signed root.
import { hex } from "../shared/api.js";
import { byId, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { reportButton } from "../shared/name_report.js";
import { recall } from "../shared/web_storage.js";
import { readRecord, showLines, withSecret } from "./certificate_lines.js";

const section = byId("proof");
const button = byId("verify");
const verdict = byId("verdict");

/** RFC 8785 for what our documents hold: names sorted, whole numbers, texts as JSON.stringify writes them. @param {any} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

const bytesOf = (/** @type {string} */ text) => new TextEncoder().encode(text);
const fromHex = (/** @type {string} */ text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function sha256(/** @type {Uint8Array[]} */ ...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

const leafHash = (/** @type {Uint8Array} */ text) => sha256(Uint8Array.of(0), text);
const nodeHash = (/** @type {Uint8Array} */ left, /** @type {Uint8Array} */ right) => sha256(Uint8Array.of(1), left, right);

/** RFC 9162, 2.1.3.2. Positions are halved by arithmetic: bit operators know 32 bits. */
async function includes(/** @type {Uint8Array} */ leaf, /** @type {number} */ position, /** @type {number} */ size, /** @type {Uint8Array[]} */ path, /** @type {string} */ root) {
  let index = position;
  let last = size - 1;
  let found = leaf;
  const half = () => {
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  };
  for (const step of path) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      found = await nodeHash(step, found);
      while (index % 2 === 0 && index !== 0) half();
    } else {
      found = await nodeHash(found, step);
    }
    half();
  }
  return last === 0 && position < size && hex(found) === root;
}

async function isSigned(/** @type {any[]} */ keys, /** @type {any} */ signature, /** @type {any} */ text) {
  const key = keys.find((each) => each.key_id === signature.key_id);
  if (!key || signature.alg !== "Ed25519") return false;
  const known = await crypto.subtle.importKey("raw", fromBase64(key.public_key), { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, known, fromBase64(signature.value), text);
}

/** SHA-256 of a salt and a footprint's lines. Their numbers have six digits behind the point at most: String spells them plainly. */
async function linesDigest(/** @type {any[]} */ lines, /** @type {string | null} */ salt) {
  const fields = ["source", "quantity", "unit", "factor_id", "factor_g", "emission_g"];
  return hex(await sha256(fromHex(salt ?? ""), bytesOf(canonical(lines.map((line) => fields.map((name) => String(line[name])))))));
}

const gramsOf = (/** @type {any[]} */ lines) => lines.reduce((sum, line) => sum + line.emission_g, 0);

/** What a record shows beside its document, and what the document says of it. */
async function shows(/** @type {any} */ certificate) {
  const { document: signed, offset, event, footprint } = certificate;
  const last = certificate.revisions.at(-1);
  const pairs = [
    [certificate.number, signed.number],
    [certificate.url.split("/").at(-1), signed.number],
    [certificate.statement, signed.statement],
    [certificate.claim, signed.offset.claim],
    [certificate.boundary, signed.event.boundary],
    [footprint.boundary, signed.event.boundary],
    [certificate.event_starts_on, signed.event.starts_on],
    [certificate.event_ends_on, signed.event.ends_on],
    [[last.revision, last.grams], [signed.revision, signed.offset.grams]],
    ...["grams", "kind", "claim", "contribution_g", "released_g", "allocations"].map((name) => [offset[name], signed.offset[name]]),
    ...["slug", "name", "city"].map((name) => [event[name], signed.event[name]]),
    ...["total_g", "basis", "uncertainty_pct", "factor_set", "default_pct", "organiser_g"].map((name) => [footprint[name], signed.footprint[name]]),
  ];
  return pairs.every(([shown, said]) => canonical(shown) === canonical(said));
}

/** Whether the lines that are shown are those that were signed. */
async function showsLines(/** @type {any} */ certificate) {
  const { document: signed, footprint } = certificate;
  const { lines } = footprint;
  const assumed = gramsOf(lines.filter((/** @type {any} */ line) => line.defaults.length > 0));
  const pairs = [
    [await linesDigest(lines, footprint.lines_salt), signed.footprint.lines_sha256],
    [gramsOf(lines.filter((/** @type {any} */ line) => line.neutralised_by_organiser)), signed.footprint.organiser_g],
    [footprint.total_g ? Math.ceil((100 * assumed) / footprint.total_g) : 0, signed.footprint.default_pct],
    ...lines.filter((/** @type {any} */ line) => line.factor_ids.length).map((/** @type {any} */ line) => [line.factor_ids[0], line.factor_id]),
  ];
  return pairs.every(([shown, said]) => shown === said);
}

/** What the leaf hashes: the entry that commits to the document; the document itself in a certificate of before. */
async function leafText(/** @type {any} */ certificate, /** @type {Uint8Array} */ text) {
  const { entry } = certificate.log;
  if (!entry) return text;
  const number = bytesOf(certificate.number);
  const committed = hex(await sha256(fromHex(certificate.commitment_salt), number, await sha256(text)));
  return entry.commitment === committed ? bytesOf(canonical(entry)) : bytesOf("");
}

async function ask(/** @type {string} */ path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function tell(/** @type {boolean} */ right, /** @type {string} */ yes, /** @type {string} */ no) {
  verdict.append(h("li", { class: right ? "is-right" : "is-wrong", "data-right": String(right) }, right ? yes : no));
}

async function check() {
  verdict.replaceChildren();
  const [certificate, published] = await Promise.all([
    readRecord(section.dataset.number ?? ""),
    ask("/.well-known/tianfu-log.json"),
  ]);
  const text = bytesOf(canonical(certificate.document));
  // The page before the reader's eyes, the record, and what was signed have to be one.
  const isShown = certificate.document.number === section.dataset.number
    && String(certificate.document.offset.grams) === section.dataset.grams && await shows(certificate);
  tell(isShown, t("certificate.proof.shown.right"), t("certificate.proof.shown.wrong"));
  if (certificate.footprint.lines !== null) {
    tell(await showsLines(certificate), t("certificate.proof.lines.right"), t("certificate.proof.lines.wrong"));
  }
  const unsigned = [
    certificate.name ? t("certificate.proof.unsigned.name", { name: certificate.name }) : null,
    certificate.revisions.length > 1 ? t("certificate.proof.unsigned.past") : null,
    t("certificate.proof.unsigned"),
  ];
  const logged = certificate.log;
  if (logged) {
    const leaf = await leafHash(await leafText(certificate, text));
    tell(hex(leaf) === logged.leaf_hash, t("certificate.proof.leaf.right"), t("certificate.proof.leaf.wrong"));
    const holds = await includes(leaf, logged.position, logged.head.size, logged.path.map(fromHex), logged.head.root);
    tell(holds, t("certificate.proof.path.right"), t("certificate.proof.path.wrong"));
  } else {
    verdict.append(h("li", {}, t("certificate.proof.none")));
  }
  try {
    const right = await isSigned(published.keys, certificate.signature, text);
    tell(right, t("certificate.proof.document.right"), t("certificate.proof.document.wrong"));
    if (logged) {
      const { signature, ...head } = logged.head;
      const signed = await isSigned(published.keys, signature, bytesOf(canonical(head)));
      tell(signed, t("certificate.proof.head.right"), t("certificate.proof.head.wrong"));
    }
  } catch {
    verdict.append(h("li", {}, t("certificate.proof.cannot")));
  }
  verdict.append(...unsigned.filter(Boolean).map((text) => h("li", {}, text)));
}

const holder = document.getElementById("holder");
holder?.after(" ", reportButton("certificate", holder.dataset.number ?? ""));

const guest = recall(`guest_of.${section.dataset.number}`);
if (guest) import("./guest_data.js").then(({ showGuestData }) => showGuestData(guest.event)).catch(() => {});
else if ("x-certificate-secret" in withSecret()) import("./guest_data.js").then(({ offerByLink }) => offerByLink(section.dataset.number ?? "")).catch(() => {});

button.hidden = "withheld" in button.dataset && !("x-certificate-secret" in withSecret());
showLines(section.dataset.number ?? "").catch(() => {});
button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    if (!globalThis.crypto?.subtle) verdict.replaceChildren(h("li", {}, t("certificate.proof.cannot")));
    else await check();
  } catch {
    verdict.replaceChildren(h("li", {}, t("certificate.proof.away")));
  } finally {
    button.disabled = false;
  }
});
