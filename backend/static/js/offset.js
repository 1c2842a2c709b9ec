// How much to offset. Shows what the ledger would take: a share rounded up to a whole gram.
import { byId, h } from "./dom.js";
import { mass, t } from "./words.js";

const SHARES = { all: 100, half: 50, none: 0 };

export class OffsetChoice {
  constructor(form) {
    this.form = form;
    this.slider = byId("share");
    this.totalG = null;
    this.isJoined = false;
    form.addEventListener("input", () => this.show());
  }

  get share() {
    const choice = this.form.elements.offset.value;
    return choice === "share" ? Number(this.slider.value) : SHARES[choice];
  }

  /** The request's `offset`, or undefined for none. */
  get request() {
    return this.share > 0 ? { share: this.share } : undefined;
  }

  /** Somebody joined without an offset: what is left to choose is how much of the recorded footprint. */
  setJoined(totalG) {
    this.isJoined = true;
    if (this.form.elements.offset.value === "none") this.form.elements.offset.value = "all";
    this.setTotal(totalG);
  }

  setTotal(totalG) {
    this.totalG = totalG;
    this.show();
  }

  show() {
    byId("slider").hidden = this.form.elements.offset.value !== "share";
    byId("share-shown").textContent = `${this.slider.value}%`;
    const button = byId("join");
    const grams = this.totalG === null ? null : Math.ceil((this.totalG * this.share) / 100);
    const told = grams === null ? "" : grams > 0 ? t("phone.offset.told", { mass: mass(grams) }) : t("phone.offset.nothing");
    byId("offset-told").textContent = told;
    if (button.dataset.busy !== "true") {
      const words = this.isJoined ? "phone.offset.now" : "phone.join";
      button.replaceChildren(h("span", {}, grams ? t(words, { mass: mass(grams) }) : t(this.isJoined ? "phone.offset.none" : "phone.join.only")));
      button.disabled = this.isJoined && !grams;
    }
  }
}
