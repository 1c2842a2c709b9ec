// How much to offset, and who pays. Shows what the ledger would take: a share rounded up to a whole gram.
import { byId, h } from "../shared/dom.js";
import { count, mass, t } from "../shared/i18n.js";

const SHARES = { all: 100, half: 50, none: 0 };
const KG_G = 1000;

export class OffsetChoice {
  constructor(form) {
    this.form = form;
    this.slider = byId("share");
    this.totalG = null;
    this.ownG = 0;
    this.isJoined = false;
    this.price = null;
    this.balance = null;
    form.addEventListener("input", () => this.show());
  }

  get share() {
    const choice = this.form.elements.offset.value;
    return choice === "share" ? Number(this.slider.value) : SHARES[choice];
  }

  get grams() {
    return this.totalG === null ? null : Math.ceil((this.totalG * this.share) / 100);
  }

  get withPoints() {
    return this.price !== null && this.form.elements.pay_with.value === "points";
  }

  /** The request's `offset`, or undefined for none. */
  get request() {
    if (this.share === 0) return undefined;
    return this.withPoints ? { share: this.share, pay_with: "points" } : { share: this.share };
  }

  /** Points are a second choice here. The balance is asked for when somebody chooses them, not at the gate's peak. */
  offerPoints(price, readBalance) {
    this.price = price;
    this.readBalance = readBalance;
    this.form.addEventListener("change", ({ target }) => target.name === "pay_with" && this.withPoints && this.askBalance());
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
  setJoined(footprint) {
    this.isJoined = true;
    if (this.form.elements.offset.value === "none") this.form.elements.offset.value = "all";
    this.setFootprint(footprint);
  }

  /** What the organiser neutralises comes last: grams beyond the other sources are a contribution. */
  setFootprint(footprint) {
    this.totalG = footprint.total_g;
    this.ownG = footprint.lines.reduce((sum, line) => sum + (line.neutralised_by_organiser ? 0 : line.emission_g), 0);
    this.show();
  }

  show() {
    byId("slider").hidden = this.form.elements.offset.value !== "share";
    byId("share-shown").textContent = `${this.slider.value}%`;
    byId("pay-with").hidden = this.price === null || this.share === 0;
    const grams = this.grams;
    byId("offset-told").replaceChildren(...this.#told(grams));
    const button = byId("join");
    if (button.dataset.busy === "true") return;
    const nothing = this.isJoined ? "phone.offset.none" : "phone.join.only";
    button.replaceChildren(h("span", {}, grams ? t(`${this.isJoined ? "phone.offset.now" : "phone.join"}${this.#kind(grams)}`, this.#facts(grams)) : t(nothing)));
    button.disabled = this.isJoined && !grams;
  }

  /** The end of a text's key: of an offset, of a contribution alone, or of both. */
  #kind(grams) {
    if (grams <= this.ownG) return "";
    return this.ownG === 0 ? ".contribution" : ".both";
  }

  #facts(grams) {
    return { mass: mass(grams), own: mass(Math.min(grams, this.ownG)), rest: mass(Math.max(0, grams - this.ownG)) };
  }

  #told(grams) {
    if (grams === null) return [];
    if (grams === 0) return [t("phone.offset.nothing")];
    const kind = this.#kind(grams);
    const told = [t(`phone.offset.told${kind}`, this.#facts(grams)), " ", this.withPoints ? this.#priced(grams) : t("phone.pay.sponsor.text")];
    return this.withPoints && this.balance !== null ? [...told, " ", h("span", { id: "points-balance" }, t("phone.pay.balance", { balance: count(this.balance) }))] : told;
  }

  #priced(grams) {
    const points = Math.ceil((grams * this.price.points_per_kg) / KG_G);
    const facts = { points: count(points), price: count(this.price.points_per_kg), left: count(this.price.points_left) };
    return h("strong", { id: "points-price", "data-points": points }, t("phone.pay.price", facts));
  }
}
