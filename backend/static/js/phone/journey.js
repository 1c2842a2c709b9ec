// The journey that an attendee declares: read from the form, kept for the next visit, sent only as far as it is filled in.
import { CityField, suggestAt } from "../shared/city_field.js";
import { all, byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { plain, t } from "../shared/i18n.js";
import { typedWords } from "../shared/typed_text.js";
import { keep, recall } from "../shared/web_storage.js";

const NIGHTS_MAX = 60;
const DISTANCE_KM_MAX = 20_100;
const TYPING_MS = 600;
// Stands for a city without a name: only its distance was declared.
const UNNAMED = "?";
const FIELDS = ["from_city", "distance_km", "mode", "nights", "room_sharing", "hotel_stars", "diet"];
// Behind "more": answers of the journey rules of 2026.2, as texts and as numbers.
const MORE_TEXTS = ["local_mode", "cabin", "age_group"];
const MORE_NUMBERS = ["local_km_per_day", "days_attended", "free_nights", "car_persons", "event_share_pct"];
const MORE_FIELDS = [...MORE_TEXTS, ...MORE_NUMBERS, "home_every_night"];
const OWN_VEHICLES = ["car", "bev", "taxi"];

/** The form asks again for the city, or for the distance. */
export const CITY_REFUSALS = ["unknown_city", "city_ambiguous"];

export class JourneyForm {
  /** `onChange(journey or null)` is called after every answer; the form starts with what was declared before. @param {HTMLFormElement} form @param {string} eventSlug @param {string} eventCity @param {(journey: Schema<"Journey"> | null) => unknown} onChange @param {{hasMore: boolean, days: number}} event */
  constructor(form, eventSlug, eventCity, onChange, { hasMore, days }) {
    this.form = form;
    this.hasMore = hasMore;
    this.days = days;
    byId("more").hidden = !hasMore;
    fieldOf(form, "days_attended").max = String(days);
    this.key = `journey.${eventSlug}`;
    this.onChange = onChange;
    /** @type {string | null} */
    this.unknownCity = null;
    this.timer = 0;
    /** The city is one of several of its name: which one is asked, and not a distance. */
    this.isAmbiguous = false;
    const options = [...byId("cities").options];
    this.cities = new Set(options.flatMap((option) => [option.value, option.textContent]));
    new CityField(fieldOf(form, "from_city"), options);
    this.#suggest(eventCity);
    this.#restore(recall(this.key) ?? {});
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("input", (event) => this.#typed(event.target));
    form.addEventListener("reset", () => setTimeout(() => this.#cleared(), 0));
    form.addEventListener("click", (event) => this.#picked(/** @type {Element} */ (event.target).closest("[data-fill]")));
    byId("nights-less").addEventListener("click", () => this.#step(-1));
    byId("nights-more").addEventListener("click", () => this.#step(1));
  }

  /** The journey as the API takes it; null when nothing was declared. @returns {Schema<"Journey"> | null} */
  get journey() {
    const values = this.#values();
    /** @type {any} */
    const journey = {};
    if (values.from_city && values.from_city !== this.unknownCity) journey.from_city = values.from_city;
    if (values.distance_km !== "" && !byId("question-distance").hidden) journey.distance_km = kilometresOf(values.distance_km) ?? 0;
    if (values.mode) journey.mode = values.mode;
    if (values.nights !== "") journey.nights = Number(values.nights);
    // Only an attendee who stays overnight has a room.
    if (journey.nights > 0 && values.room_sharing) journey.room_sharing = Number(values.room_sharing);
    if (journey.nights > 0 && values.hotel_stars) journey.hotel_stars = Number(values.hotel_stars);
    if (values.diet) journey.diet = values.diet;
    if (this.hasMore) this.#addMore(journey, values);
    return Object.keys(journey).length > 0 ? journey : null;
  }

  /** Answers whose question is hidden are not sent. */
  #addMore(/** @type {any} */ journey, /** @type {Record<string, string>} */ values) {
    const asked = (/** @type {string} */ name) => values[name] && !document.getElementById(`question-${name}`)?.hidden;
    for (const name of MORE_TEXTS) if (asked(name)) journey[name] = values[name];
    for (const name of MORE_NUMBERS) if (asked(name)) journey[name] = Number(values[name]);
    if (asked("home_every_night")) journey.home_every_night = values.home_every_night === "true";
  }

  /** Fill in a recorded journey; the caller does so only while the form is empty. */
  fill(/** @type {Record<string, unknown>} */ journey) {
    const values = Object.fromEntries([...FIELDS, ...MORE_FIELDS].filter((name) => (journey[name] ?? null) !== null).map((name) => [name, String(journey[name])]));
    // A distance is declared only where the list lacks the city.
    if (values.distance_km !== undefined && values.from_city === undefined) this.unknownCity = UNNAMED;
    this.#restore(values);
    keep(this.key, this.#values());
  }

  /** The server does not know the city, or several of its name: say so, suggest some, and leave the city out. */
  refuseCity(/** @type {{code: string, detail: string}} */ refused) {
    this.unknownCity = this.#values().from_city;
    this.isAmbiguous = refused.code === "city_ambiguous";
    byId("city-error").textContent = refused.detail || t("phone.city.unknown");
    this.#show();
    suggestAt(fieldOf(this.form, "from_city"));
    this.onChange(this.journey);
  }

  /** Whether every number can be sent as it stands. None is trimmed to its limit: that would be another journey. */
  check() {
    const wrong = this.#wrongNumbers();
    this.#complain(wrong);
    if (wrong.size > 0) [...wrong.keys()][0].focus();
    return wrong.size === 0;
  }

  /** Fields whose number is none or beyond its limits, with what is said there. */
  #wrongNumbers() {
    /** @type {Map<HTMLInputElement, string>} */
    const wrong = new Map();
    for (const field of /** @type {HTMLInputElement[]} */ (all('input[type="number"], #distance_km', this.form))) {
      if (field.closest("[hidden]")) continue;
      if (field.name === "distance_km") {
        const km = kilometresOf(field.value);
        if (field.value.trim() !== "" && (km === null || km > DISTANCE_KM_MAX)) wrong.set(field, t("phone.distance.wrong", { max: plain(DISTANCE_KM_MAX) }));
      } else if (!field.checkValidity()) {
        const { badInput, stepMismatch } = field.validity;
        const facts = { min: plain(Number(field.min)), max: plain(Number(field.max)) };
        wrong.set(field, t(badInput ? "phone.number.none" : stepMismatch ? "phone.number.whole" : "phone.number.range", facts));
      }
    }
    return wrong;
  }

  #complain(/** @type {Map<HTMLInputElement, string>} */ wrong) {
    for (const field of /** @type {HTMLInputElement[]} */ (all('input[type="number"], #distance_km', this.form))) {
      const question = /** @type {HTMLElement} */ (field.closest(".question"));
      let line = /** @type {HTMLElement | null} */ (question.querySelector(".field-error"));
      if (line === null && wrong.has(field)) question.append((line = h("p", { class: "field-error", role: "alert", hidden: true })));
      if (line !== null) tell(line, wrong.get(field) ?? "");
      if (wrong.has(field)) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }

  changed() {
    clearTimeout(this.timer);
    const values = this.#values();
    if (values.from_city !== (this.unknownCity === UNNAMED ? "" : this.unknownCity)) this.#forgetCity();
    this.#show();
    keep(this.key, values);
    const wrong = this.#wrongNumbers();
    this.#complain(wrong);
    if (wrong.size === 0) this.onChange(this.journey);
  }

  /** @returns {Record<string, string>} */
  #values() {
    const values = valuesOf(this.form);
    return { ...values, from_city: typedWords(values.from_city ?? "") };
  }

  #typed(/** @type {any} */ field) {
    const isNumber = field.type === "number" || field.name === "distance_km";
    if (field.name !== "from_city" && !isNumber) return;
    clearTimeout(this.timer);
    // A city chosen from the list is whole at once; one being typed waits for the typist.
    const isWhole = field.name === "from_city" && this.cities.has(field.value.trim());
    if (isWhole) this.changed();
    else if (isNumber) this.timer = setTimeout(() => this.changed(), TYPING_MS);
  }

  /** A suggestion fills its field; once more, and the field is empty again. */
  #picked(/** @type {any} */ button) {
    if (!button) return;
    const field = fieldOf(this.form, button.dataset.fill);
    field.value = field.value.trim() === button.value ? "" : button.value;
    this.changed();
  }

  #suggest(/** @type {string} */ city) {
    const known = [...byId("cities").options].find((option) => [option.value, option.textContent].includes(city));
    const picks = byId("city-picks");
    if (!known || all("button", picks).some((pick) => pick.value === known.value)) return;
    picks.prepend(h("button", { class: "pick", type: "button", "data-fill": "from_city", value: known.value }, known.value));
  }

  #step(/** @type {number} */ by) {
    const field = fieldOf(this.form, "nights");
    const now = field.value === "" ? (by > 0 ? 0 : 1) : Number(field.value);
    field.value = String(Math.min(NIGHTS_MAX, Math.max(0, now + by)));
    this.changed();
  }

  /** Of the city that was refused nothing is left to say. */
  #forgetCity() {
    this.unknownCity = null;
    this.isAmbiguous = false;
  }

  #cleared() {
    this.#forgetCity();
    this.changed();
  }

  #show() {
    const values = this.#values();
    const isUnknown = this.unknownCity !== null && this.unknownCity !== "";
    byId("city-error").hidden = !isUnknown || this.unknownCity === UNNAMED;
    byId("question-distance").hidden = !isUnknown || this.isAmbiguous;
    fieldOf(this.form, "from_city").setAttribute("aria-invalid", String(!byId("city-error").hidden));
    for (const name of /** @type {const} */ (["room_sharing", "hotel_stars"])) byId(`question-${name}`).hidden = !(Number(values.nights) > 0);
    this.#showMore(values);
    for (const pick of all("button", this.form)) if (pick.dataset.fill) pick.setAttribute("aria-pressed", String(values[pick.dataset.fill] === pick.value));
  }

  /** What cannot apply is not asked: a cabin without a flight, persons without a car. */
  #showMore(/** @type {Record<string, string>} */ values) {
    const nights = Number(values.nights);
    byId("question-cabin").hidden = values.mode !== "plane";
    byId("question-car_persons").hidden = ![values.mode, values.local_mode].some((vehicle) => OWN_VEHICLES.includes(vehicle));
    byId("question-free_nights").hidden = !(nights > 0);
    fieldOf(this.form, "free_nights").max = String(nights > 0 ? nights : NIGHTS_MAX);
    byId("question-home_every_night").hidden = nights > 0 || this.days === 1;
    byId("question-days_attended").hidden = this.days === 1;
    if (MORE_FIELDS.some((name) => values[name])) byId("more").open = true;
  }

  #restore(/** @type {Record<string, string>} */ values) {
    for (const [name, value] of Object.entries(values)) {
      const field = fieldOf(this.form, name);
      if (field && typeof value === "string") field.value = value;
    }
    this.#show();
  }
}

/** A number of kilometres as people type it: full-width digits, a decimal comma, thousands apart. Null for anything else. */
export function kilometresOf(/** @type {string} */ text) {
  const typed = text.normalize("NFKC").replace(/[\s_]|km$|公里$/gi, "");
  const whole = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(typed) ? typed.replaceAll(",", "") : typed.replace(",", ".");
  return /^\d+(?:\.\d+)?$/.test(whole) ? Number(whole) : null;
}
