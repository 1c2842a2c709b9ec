// A field for a city: what it may be is shown while it is typed, and chosen by keyboard, mouse or finger.
// The page's list answers at once and without a network; the server knows every spelling, and what is spelled alike.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { LANGUAGE } from "./i18n.js";

const SHOWN_MAX = 6;
const TYPING_MS = 200;
/** Refusals that are about the city, whose sentence stands at its field. */
export const CITY_REFUSALS = ["unknown_city", "city_ambiguous"];

/** @typedef {{name: string, other: string}} Suggestion a city's name in the page's language, and in the other one */

/** @type {WeakMap<HTMLElement, CityField>} */
const fields = new WeakMap();

/** Show what a refused city may have been meant for. */
export const suggestAt = (/** @type {HTMLElement} */ input) => fields.get(input)?.lookUp();

export class CityField {
  /** `options` are those of the page's list: a name, and as text the one in the other language. @param {HTMLInputElement} input @param {HTMLOptionElement[]} options */
  constructor(input, options) {
    this.input = input;
    this.cities = options.map((option) => ({ name: option.value, other: option.textContent ?? "" }));
    /** @type {Suggestion[]} */
    this.shown = [];
    this.active = -1;
    this.timer = 0;
    /** @type {AbortController | null} */
    this.asking = null;
    this.list = h("ul", { class: "city-list", id: `${input.id}-list`, role: "listbox", "aria-label": input.labels?.[0]?.textContent ?? "", hidden: true });
    input.removeAttribute("list");
    for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) input.setAttribute(name, value);
    input.after(this.list);
    input.addEventListener("input", (event) => /** @type {InputEvent} */ (event).isComposing || this.#typed());
    input.addEventListener("compositionend", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#pressed(event));
    input.addEventListener("blur", () => this.close());
    // The field keeps its focus, and a phone its keyboard, while the list is touched.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#choose(this.shown[[...this.list.children].indexOf(/** @type {Element} */ (/** @type {Element} */ (event.target).closest("li")))]));
    fields.set(input, this);
  }

  /** Ask the server for every spelling of what stands in the field, and for what is spelled alike. */
  async lookUp() {
    const text = this.input.value.trim();
    this.asking?.abort();
    if (text === "") return;
    const mine = (this.asking = new AbortController());
    try {
      const { items } = await ask(`/v1/cities?query=${encodeURIComponent(text.slice(0, 40))}`, { signal: mine.signal });
      // A list in which somebody has marked a city already stays as it is under their finger.
      if (mine.signal.aborted || this.#isNamed() || this.active >= 0) return;
      const [ours, other] = LANGUAGE === "en" ? ["en", "zh-CN"] : ["zh-CN", "en"];
      this.#show(items.map((/** @type {{name: Record<string, string>}} */ city) => ({ name: city.name[ours], other: city.name[other] })));
    } catch {
      // Without a network the page's own list stays; the server says later what it thinks of the city.
    }
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.#show([]);
  }

  #typed() {
    clearTimeout(this.timer);
    const text = plain(this.input.value);
    if (text === "" || this.#isNamed()) {
      this.close();
      return;
    }
    this.#show(this.cities.filter((city) => [city.name, city.other].some((name) => plain(name).startsWith(text))));
    this.timer = setTimeout(() => this.lookUp(), TYPING_MS);
  }

  /** Whether the name of a city stands there, so that there is nothing to suggest. */
  #isNamed() {
    const text = this.input.value.trim();
    return this.cities.some((city) => city.name === text || city.other === text);
  }

  #pressed(/** @type {KeyboardEvent} */ event) {
    if (event.isComposing || this.shown.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      this.#mark((this.active + step + this.shown.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.shown.length);
    } else if (event.key === "Enter" && this.active >= 0) {
      this.#choose(this.shown[this.active]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  #mark(/** @type {number} */ active) {
    this.active = active;
    for (const [index, item] of [...this.list.children].entries()) item.setAttribute("aria-selected", String(index === active));
    const item = this.list.children[active];
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #choose(/** @type {Suggestion | undefined} */ city) {
    if (!city) return;
    this.input.value = city.name;
    this.close();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
  }

  #show(/** @type {Suggestion[]} */ cities) {
    this.shown = cities.slice(0, SHOWN_MAX);
    this.list.replaceChildren(...this.shown.map((city, index) => h("li", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false" }, city.name, " ", h("small", {}, city.other))));
    this.list.hidden = this.shown.length === 0;
    this.input.setAttribute("aria-expanded", String(this.shown.length > 0));
    this.#mark(-1);
  }
}

/** A spelling for the quick look at the page's own list: without marks, case and signs between. */
const plain = (/** @type {string} */ text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]/gu, "");
