// Deciding offline, by the bundle: the same order of reasons as the server's (backend/domain/gates/gate_rules.py).
import { hex } from "../shared/api.js";
import { countsAsInside, entryDay, isOpen } from "./gate_hours.js";
import { LANGUAGE, t } from "../shared/i18n.js";
import { partsOf, readScanned, tagOf } from "../shared/scanned_text.js";

const RECORD_BYTES = 14;
const HASH_BYTES = 8;
const REVOKED = 1;
const BLOCKED = 2;
const INSIDE = 4;
const REPLACED = 8;
const BEFORE_TODAY = 16;
const bytesOf = (/** @type {string} */ text) => new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));

export class Bundle {
  constructor() {
    /** @type {string | null} */
    this.version = null;
    /** @type {{code: string, is_running: boolean, entry_policy?: string, day_begins?: string, hours?: import("./gate_hours.js").Opening[]}} */
    this.event = { code: "", is_running: false };
    this.salt = new Uint8Array();
    /** @type {Map<number, Schema<"DeviceBundle">["gates"][number]>} */
    this.gates = new Map();
    /** @type {Map<string, BothLanguages>} */
    this.sentences = new Map();
    /** Serials by the hash of a text that opens a gate. @type {Map<string, number>} */
    this.known = new Map();
    /** `day`: on which the badge last entered, where that is known. @type {Map<number, {serial: number, category: string | null, bits: number, texts: string[], day: string | null}>} */
    this.badges = new Map();
    /** The badges that are good now, by those that they replaced. @type {Map<number, number>} */
    this.replaced = new Map();
    /** Refusals that staff may override. @type {Set<string>} */
    this.overridable = new Set();
  }

  get isThere() {
    return this.version !== null;
  }

  /** Take a bundle, whole or the changes since the last. @param {Schema<"DeviceBundle">} answer */
  take(answer) {
    if (answer.is_full) {
      this.known.clear();
      this.badges.clear();
      this.replaced.clear();
    }
    const { version, event, gates, categories, salt, sentences } = answer;
    Object.assign(this, { version, event, salt: bytesOf(salt) });
    this.gates = new Map(gates.map((gate) => [gate.gate, gate]));
    this.sentences = new Map(sentences.map(({ code, sentence }) => [code, sentence]));
    // What was kept by an earlier page has no such fields.
    this.overridable = new Set(sentences.filter(({ may_override }) => may_override).map(({ code }) => code));
    for (const { serial, replaced_by } of answer.replaced ?? []) this.replaced.set(serial, replaced_by);
    const packed = Uint8Array.from(atob(answer.badges), (letter) => letter.charCodeAt(0));
    const view = new DataView(packed.buffer);
    const renewed = new Set();
    for (let at = 0; at < packed.length; at += RECORD_BYTES) {
      const serial = view.getUint32(at + HASH_BYTES);
      if (!renewed.has(serial)) this.#forgetTexts(serial);
      renewed.add(serial);
      const text = hex(packed.subarray(at, at + HASH_BYTES));
      this.known.set(text, serial);
      const category = categories[packed[at + 12] - 1] ?? null;
      const texts = [...(this.badges.get(serial)?.texts ?? []), text];
      const bits = packed[at + 13];
      const day = bits & INSIDE && !(bits & BEFORE_TODAY) ? (answer.day ?? null) : null;
      this.badges.set(serial, { serial, category, bits, texts, day });
    }
  }

  /** A badge comes with all that opens a gate as it: a wristband that it has no longer is none of it. */
  #forgetTexts(/** @type {number} */ serial) {
    const badge = this.badges.get(serial);
    // What was bound to another badge meanwhile is that one's.
    for (const text of badge?.texts ?? []) if (this.known.get(text) === serial) this.known.delete(text);
    if (badge) badge.texts = [];
  }

  async #known(/** @type {string} */ text) {
    const content = new TextEncoder().encode(text);
    const salted = new Uint8Array(this.salt.length + content.length);
    salted.set(this.salt);
    salted.set(content, this.salt.length);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", salted));
    return this.known.get(hex(hash.subarray(0, HASH_BYTES))) ?? null;
  }

  /** What a text says: {serial} of its badge, null where it is unknown here, or {trouble}: what is wrong with it, and what a text without a code seems to be. @returns {Promise<{serial?: number | null, trouble?: string, seems?: string, isPass?: boolean}>} */
  async #read(/** @type {string} */ text) {
    const { codes, trouble } = readScanned(text);
    if (trouble !== null) {
      const tag = tagOf(text);
      return tag === null ? { trouble: "malformed", seems: trouble } : { serial: await this.#known(tag) };
    }
    const [likeliest, ...others] = await Promise.all(codes.map((code) => this.#readCode(code)));
    // Where a keyboard may have written other letters, the code that is known here is the one that was meant.
    return [likeliest, ...others].find(({ serial }) => serial) ?? likeliest;
  }

  async #readCode(/** @type {string} */ code) {
    const { kind, event, number } = partsOf(code);
    if (kind !== "B" && kind !== "P") return { trouble: "malformed" };
    if (event !== this.event.code) return { trouble: "wrong_event" };
    if (kind === "P") return { serial: null, isPass: true };
    const serial = await this.#known(code);
    // A badge that was issued, with another check than it was printed with. The others may be younger than the bundle.
    return serial === null && this.badges.has(number) ? { trouble: "forged" } : { serial };
  }

  /** The result of a scan by what is known here. A pass rotates, so it needs the server. @param {any} scan @returns {Promise<{code: string, badge: {serial: number, category: string | null} | null, seems?: string, isPass?: boolean}>} */
  async decide({ code, serial, gate, direction }, now = Date.now()) {
    const read = serial === undefined ? await this.#read(code) : { serial, isPass: false, trouble: undefined, seems: undefined };
    if (read.trouble) return { code: read.trouble, badge: null, seems: read.seems };
    const rules = this.gates.get(gate);
    if (!rules || !["both", direction].includes(rules.direction)) return { code: "wrong_gate", badge: null };
    const badge = this.badges.get(read.serial) ?? null;
    if (badge === null) return { code: read.isPass ? "pass_offline" : "unknown", badge, isPass: read.isPass };
    const isInside = Boolean(badge.bits & INSIDE);
    if (direction === "exit") {
      if (isInside || !rules.is_entry_required) return { code: "ok", badge };
      return { code: badge.bits & REPLACED ? "replaced" : "not_inside", badge };
    }
    const hours = rules.hours?.length ? rules.hours : (this.event.hours ?? []);
    const isClosed = (rules.opens_at && now < Date.parse(rules.opens_at)) || (rules.closes_at && now >= Date.parse(rules.closes_at));
    /** @type {[string, unknown][]} */
    const reasons = [
      ["not_running", !this.event.is_running],
      ["replaced", badge.bits & REPLACED],
      ["revoked", badge.bits & REVOKED],
      ["blocked", badge.bits & BLOCKED],
      ["wrong_category", rules.categories.length > 0 && !rules.categories.some((each) => each === badge.category)],
      ["outside_window", isClosed || !isOpen(hours, now)],
      ["already_inside", countsAsInside(isInside, badge.day, this.event.entry_policy ?? "once_per_event", entryDay(now, this.event.day_begins))],
    ];
    return { code: reasons.find(([, holds]) => holds)?.[0] ?? "ok", badge };
  }

  /** A result in the server's words (backend/services/gates/door_sentences.py): what a text seems to be, which badge replaced this one. */
  sentenceOf(/** @type {string} */ code, /** @type {{serial: number} | null} */ badge, /** @type {string | undefined} */ seems, /** @type {boolean | undefined} */ isPass) {
    if (seems && seems !== "malformed") return { [LANGUAGE]: t(`gate_help.${seems}`) };
    if (isPass) return { [LANGUAGE]: t("scanner.pass.offline") };
    const by = code === "replaced" && badge && this.replaced.get(badge.serial);
    return by ? { [LANGUAGE]: t("scanner.replaced_by", { serial: by }) } : this.sentences.get(code);
  }

  /** Holders inside: a badge that was replaced is its successor's, and where they enter once a day, only today's count. */
  get inside() {
    const today = this.event.entry_policy === "once_per_day" ? entryDay(Date.now(), this.event.day_begins) : null;
    let count = 0;
    for (const { bits, day } of this.badges.values()) if (bits & INSIDE && !(bits & REPLACED) && (today === null || day === today)) count += 1;
    return count;
  }

  /** Remember who went in or out, so that the next scan here knows; with a badge, also with those that it replaced. */
  note(/** @type {number} */ serial, /** @type {string} */ direction, at = Date.now()) {
    const newest = this.replaced.get(serial) ?? serial;
    const chain = [newest, ...[...this.replaced].filter(([, by]) => by === newest).map(([old]) => old)];
    for (const each of chain) {
      const badge = this.badges.get(each);
      if (!badge) continue;
      badge.bits = direction === "entry" ? badge.bits | INSIDE : badge.bits & ~INSIDE;
      badge.day = direction === "entry" ? entryDay(at, this.event.day_begins) : null;
    }
  }
}
