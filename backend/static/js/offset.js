// How much to offset. Shows what the ledger would take: a share rounded up to a whole gram.
import { byId, h } from "./dom.js";
import { mass, t } from "./words.js";

const SHARES = { all: 100, half: 50, none: 0 };

export class OffsetChoice {
  constructor(form) {
    this.form = form;
    this.slider = byId("share");
    this.totalG = null;
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
      button.replaceChildren(h("span", {}, grams ? t("phone.join", { mass: mass(grams) }) : t("phone.join.only")));
    }
  }
}
