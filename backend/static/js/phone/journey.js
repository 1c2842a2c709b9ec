// What somebody tells of their journey: read from the form, kept for the next visit, never sent unless told.
import { byId, h } from "../shared/dom.js";
import { keep, recall } from "../shared/web_storage.js";

const NIGHTS_MAX = 60;
const TYPING_MS = 600;
// Stands for a city that nobody named: only its distance was told.
const UNNAMED = "?";
const TOLD = ["from_city", "distance_km", "mode", "nights", "room_sharing", "hotel_stars", "diet"];

export class JourneyForm {
  /** `onChange(journey or null)` is called after every answer; the form puts back what was told before. */
  constructor(form, eventSlug, eventCity, onChange) {
    this.form = form;
    this.key = `journey.${eventSlug}`;
    this.onChange = onChange;
    this.unknownCity = null;
    this.cities = new Set([...byId("cities").options].flatMap((option) => [option.value, option.textContent]));
    this.#suggest(eventCity);
    this.#restore(recall(this.key) ?? {});
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("input", (event) => this.#typed(event.target));
    form.addEventListener("reset", () => setTimeout(() => this.#cleared(), 0));
    form.addEventListener("click", (event) => this.#picked(event.target.closest("[data-fill]")));
    byId("nights-less").addEventListener("click", () => this.#step(-1));
    byId("nights-more").addEventListener("click", () => this.#step(1));
  }

  /** A journey as the API takes it; null when nothing was told. */
  get journey() {
    const told = this.#told();
    const journey = {};
    if (told.from_city && told.from_city !== this.unknownCity) journey.from_city = told.from_city;
    if (told.distance_km !== "" && !byId("question-distance").hidden) journey.distance_km = Math.min(20_100, Math.max(0, Number(told.distance_km)));
    if (told.mode) journey.mode = told.mode;
    if (told.nights !== "") journey.nights = Math.min(NIGHTS_MAX, Math.max(0, Math.round(Number(told.nights))));
    // A room is told by who sleeps in one.
    if (journey.nights > 0 && told.room_sharing) journey.room_sharing = Number(told.room_sharing);
    if (journey.nights > 0 && told.hotel_stars) journey.hotel_stars = Number(told.hotel_stars);
    if (told.diet) journey.diet = told.diet;
    return Object.keys(journey).length > 0 ? journey : null;
  }

  /** Put in what was recorded elsewhere; the caller asks for it only while nothing is told here. */
  fill(journey) {
    const told = Object.fromEntries(TOLD.filter((name) => (journey[name] ?? null) !== null).map((name) => [name, String(journey[name])]));
    // A distance was told because the list does not know the city.
    if (told.distance_km !== undefined && told.from_city === undefined) this.unknownCity = UNNAMED;
    this.#restore(told);
    keep(this.key, this.#told());
  }

  /** The server does not know the city: ask for the distance instead, and leave the city out. */
  refuseCity() {
    this.unknownCity = this.#told().from_city;
    this.#show();
    this.onChange(this.journey);
  }

  changed() {
    clearTimeout(this.timer);
    const told = this.#told();
    if (told.from_city !== (this.unknownCity === UNNAMED ? "" : this.unknownCity)) this.unknownCity = null;
    this.#show();
    keep(this.key, told);
    this.onChange(this.journey);
  }

  #told() {
    const told = Object.fromEntries(new FormData(this.form));
    return { ...told, from_city: (told.from_city ?? "").trim() };
  }

  #typed(field) {
    if (field.name !== "from_city" && field.type !== "number") return;
    clearTimeout(this.timer);
    // A city chosen from the list is whole at once; one being typed waits for the typist.
    const isWhole = field.name === "from_city" && this.cities.has(field.value.trim());
    if (isWhole) this.changed();
    else if (field.type === "number") this.timer = setTimeout(() => this.changed(), TYPING_MS);
  }

  /** A suggestion fills its field; once more, and the field is empty again. */
  #picked(button) {
    if (!button) return;
    const field = this.form.elements[button.dataset.fill];
    field.value = field.value.trim() === button.value ? "" : button.value;
    this.changed();
  }

  #suggest(city) {
    const known = [...byId("cities").options].find((option) => [option.value, option.textContent].includes(city));
    const picks = byId("city-picks");
    if (!known || [...picks.children].some((pick) => pick.value === known.value)) return;
    picks.prepend(h("button", { class: "pick", type: "button", "data-fill": "from_city", value: known.value }, known.value));
  }

  #step(by) {
    const field = this.form.elements.nights;
    const now = field.value === "" ? (by > 0 ? 0 : 1) : Number(field.value);
    field.value = String(Math.min(NIGHTS_MAX, Math.max(0, now + by)));
    this.changed();
  }

  #cleared() {
    this.unknownCity = null;
    this.changed();
  }

  #show() {
    const told = this.#told();
    const isUnknown = this.unknownCity !== null && this.unknownCity !== "";
    byId("city-error").hidden = !isUnknown || this.unknownCity === UNNAMED;
    byId("question-distance").hidden = !isUnknown;
    this.form.elements.from_city.setAttribute("aria-invalid", String(!byId("city-error").hidden));
    for (const name of ["room_sharing", "hotel_stars"]) byId(`question-${name}`).hidden = !(Number(told.nights) > 0);
    for (const pick of this.form.querySelectorAll("[data-fill]")) pick.setAttribute("aria-pressed", String(told[pick.dataset.fill] === pick.value));
  }

  #restore(told) {
    for (const [name, value] of Object.entries(told)) {
      const field = this.form.elements[name];
      if (field && typeof value === "string") field.value = value;
    }
    this.#show();
  }
}
