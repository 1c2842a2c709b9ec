// How much to offset, and who pays. Shows what the ledger would take: a share rounded up to a whole gram.
import { byId, fieldOf, h, valuesOf } from "../shared/dom.js";
import { count, mass, t } from "../shared/i18n.js";

/** @type {Record<string, number>} */
const SHARES = { all: 100, half: 50, none: 0 };
const KG_G = 1000;

export class OffsetChoice {
  constructor(/** @type {HTMLFormElement} */ form) {
    this.form = form;
    this.slider = byId("share");
    /** @type {number | null} */
    this.totalG = null;
    this.ownG = 0;
    this.isJoined = false;
    /** @type {NonNullable<NonNullable<Schema<"CodeView">["event"]>["points_offset"]> | null} */
    this.price = null;
    /** @type {number | null} */
    this.balance = null;
    this.readBalance = async () => 0;
    form.addEventListener("input", () => this.show());
  }

  get share() {
    const choice = fieldOf(this.form, "offset").value;
    return choice === "share" ? Number(this.slider.value) : SHARES[choice];
  }

  get grams() {
    return this.totalG === null ? null : Math.ceil((this.totalG * this.share) / 100);
  }

  get withPoints() {
    return this.price !== null && fieldOf(this.form, "pay_with").value === "points";
  }

  /** The request's `offset`, or undefined for none. @returns {Schema<"OffsetRequest"> | undefined} */
  get request() {
    if (this.share === 0) return undefined;
    return this.withPoints ? { share: this.share, pay_with: "points" } : { share: this.share };
  }

  /** What is chosen, by the names of the fields: for the same form on a page that comes after this one. */
  get choices() {
    return valuesOf(this.form);
  }

  choose(/** @type {Record<string, string>} */ choices) {
    for (const [name, value] of Object.entries(choices)) if (fieldOf(this.form, name)) fieldOf(this.form, name).value = value;
    this.slider.value = choices.share ?? this.slider.value;
    this.show();
  }

  /** Points are a second choice here. The balance is asked for when somebody chooses them, not at the gate's peak. */
  offerPoints(/** @type {NonNullable<NonNullable<Schema<"CodeView">["event"]>["points_offset"]>} */ price, /** @type {() => Promise<number>} */ readBalance) {
    this.price = price;
    this.readBalance = readBalance;
    this.form.addEventListener("change", ({ target }) => /** @type {HTMLInputElement} */ (target).name === "pay_with" && this.withPoints && this.askBalance());
    this.show();
  }

  async askBalance() {
    try {
      this.balance = await this.readBalance();
    } catch {
      this.balance = null;
    }
    this.show();
  }

  /** Somebody joined without an offset: what is left to choose is how much of the recorded footprint. */
  setJoined(/** @type {Footprint} */ footprint) {
    this.isJoined = true;
    if (fieldOf(this.form, "offset").value === "none") fieldOf(this.form, "offset").value = "all";
    this.setFootprint(footprint);
  }

  /** What the organiser neutralises comes last: grams beyond the other sources are a contribution. */
  setFootprint(/** @type {Footprint} */ footprint) {
    this.totalG = footprint.total_g;
    const kept = (footprint.categories ?? []).reduce((sum, each) => sum + each.emission_g - each.neutralised_g, 0);
    this.ownG = footprint.lines.reduce((sum, line) => sum + (line.neutralised_by_organiser ? 0 : line.emission_g), kept);
    this.show();
  }

  setBusy(/** @type {boolean} */ isBusy) {
    const button = byId("join");
    button.dataset.busy = String(isBusy);
    button.disabled = isBusy;
    button.setAttribute("aria-busy", String(isBusy));
    if (isBusy) button.textContent = t("phone.joining");
    else this.show();
  }

  show() {
    byId("slider").hidden = fieldOf(this.form, "offset").value !== "share";
    byId("share-shown").textContent = `${this.slider.value}%`;
    byId("pay-with").hidden = this.price === null || this.share === 0;
    const grams = this.grams;
    byId("offset-told").replaceChildren(...this.#explanation(grams));
    const button = byId("join");
    if (button.dataset.busy === "true") return;
    const nothing = this.isJoined ? "phone.offset.none" : "phone.join.only";
    button.replaceChildren(h("span", {}, grams ? t(`${this.isJoined ? "phone.offset.now" : "phone.join"}${this.#kind(grams)}`, this.#facts(grams)) : t(nothing)));
    button.disabled = this.isJoined && !grams;
  }

  /** The end of a text's key: of an offset, of a contribution alone, or of both. */
  #kind(/** @type {number} */ grams) {
    if (grams <= this.ownG) return "";
    return this.ownG === 0 ? ".contribution" : ".both";
  }

  #facts(/** @type {number} */ grams) {
    return { mass: mass(grams), own: mass(Math.min(grams, this.ownG)), rest: mass(Math.max(0, grams - this.ownG)) };
  }

  #explanation(/** @type {number | null} */ grams) {
    if (grams === null) return [];
    if (grams === 0) return [t("phone.offset.nothing")];
    const kind = this.#kind(grams);
    const text = [t(`phone.offset.told${kind}`, this.#facts(grams)), " ", this.withPoints ? this.#priced(grams) : t("phone.pay.sponsor.text")];
    return this.withPoints && this.balance !== null ? [...text, " ", h("span", { id: "points-balance" }, t("phone.pay.balance", { balance: count(this.balance) }))] : text;
  }

  #priced(/** @type {number} */ grams, price = /** @type {NonNullable<typeof this.price>} */ (this.price)) {
    const points = Math.ceil((grams * price.points_per_kg) / KG_G);
    const facts = { points: count(points), price: count(price.points_per_kg), left: count(price.points_left) };
    return h("strong", { id: "points-price", "data-points": points }, t("phone.pay.price", facts));
  }
}
