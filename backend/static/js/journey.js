// What somebody tells of their journey: read from the form, kept for the next visit, never sent unless told.
import { byId } from "./dom.js";
import { keep, recall } from "./remember.js";

const NIGHTS_MAX = 60;
const TYPING_MS = 600;

export class JourneyForm {
  /** `onChange(journey or null)` is called after every answer; the form puts back what was told before. */
  constructor(form, eventSlug, onChange) {
    this.form = form;
    this.key = `journey.${eventSlug}`;
    this.onChange = onChange;
    this.unknownCity = null;
    this.cities = new Set([...byId("cities").options].flatMap((option) => [option.value, option.textContent]));
    this.#restore(recall(this.key) ?? {});
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("input", (event) => this.#typed(event.target));
    form.addEventListener("reset", () => setTimeout(() => this.#cleared(), 0));
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
    if (told.room_sharing) journey.room_sharing = Number(told.room_sharing);
    if (told.diet) journey.diet = told.diet;
    return Object.keys(journey).length > 0 ? journey : null;
  }

  /** The server does not know the city: ask for the distance instead, and leave the city out. */
  refuseCity() {
    this.unknownCity = this.#told().from_city;
    this.#showCity();
    this.onChange(this.journey);
  }

  changed() {
    clearTimeout(this.timer);
    const told = this.#told();
    if (told.from_city !== this.unknownCity) this.unknownCity = null;
    this.#showCity();
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

  #showCity() {
    const isUnknown = this.unknownCity !== null && this.unknownCity !== "";
    byId("city-error").hidden = !isUnknown;
    byId("question-distance").hidden = !isUnknown;
    this.form.elements.from_city.setAttribute("aria-invalid", String(isUnknown));
  }

  #restore(told) {
    for (const [name, value] of Object.entries(told)) {
      const field = this.form.elements[name];
      if (field && typeof value === "string") field.value = value;
    }
  }
}
