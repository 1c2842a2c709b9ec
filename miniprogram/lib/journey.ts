// The journey that an attendee tells: five taps, and more questions behind a fold. Sent only as far as it is told.
import type { Schema } from "./client";
import { t } from "./texts";
import type { Key } from "./texts";

export type Values = Record<string, string>;
export interface Choice {
  name: string;
  title: string;
  isMore: boolean;
  options: { value: string; label: string; on: boolean }[];
}
const OWN_VEHICLES = ["car", "bev", "taxi"];
const NIGHTS_MAX = 60;
const NUMBERS: Record<string, [number, number, boolean]> = { distance_km: [0, 20_100, false], nights: [0, NIGHTS_MAX, true], local_km_per_day: [0, 500, false], days_attended: [1, 400, true], free_nights: [0, NIGHTS_MAX, true] };

interface Asked {
  name: string;
  title: Key;
  prefix: string;
  values: string[];
  isMore?: boolean;
  fits?: (values: Values) => boolean;
}
const stays = (values: Values) => Number(values.nights) > 0;
const CHOICES: Asked[] = [
  { name: "mode", title: "phone.mode", prefix: "mode", values: ["hsr", "plane", "car", "bev", "train", "coach", "taxi", "motorbike"] },
  { name: "nights", title: "phone.nights", prefix: "nights", values: ["0", "1", "2", "3"] },
  { name: "room_sharing", title: "phone.sharing", prefix: "sharing", values: ["1", "2", "3", "4"], fits: stays },
  { name: "hotel_stars", title: "phone.stars", prefix: "stars", values: ["2", "3", "4", "5"], fits: stays },
  { name: "diet", title: "phone.diet", prefix: "diet", values: ["mixed", "vegetarian", "vegan"] },
  { name: "local_mode", title: "phone.local_mode", prefix: "local_mode", values: ["metro", "bus", "bike", "walk", "bev", "car", "taxi"], isMore: true },
  { name: "home_every_night", title: "phone.home_every_night", prefix: "nightly", values: ["true", "false"], isMore: true, fits: (values) => !stays(values) && values.days !== "1" },
  { name: "car_persons", title: "phone.car_persons", prefix: "persons", values: ["1", "2", "3", "4", "5"], isMore: true, fits: (values) => OWN_VEHICLES.includes(values.mode) || OWN_VEHICLES.includes(values.local_mode) },
  { name: "cabin", title: "phone.cabin", prefix: "cabin", values: ["economy", "premium", "business", "first"], isMore: true, fits: (values) => values.mode === "plane" },
  { name: "event_share_pct", title: "phone.event_share", prefix: "share", values: ["100", "75", "50", "25"], isMore: true },
  { name: "age_group", title: "phone.age_group", prefix: "age_group", values: ["adult", "child", "infant"], isMore: true },
];
const IN_NUMBERS = ["distance_km", "nights", "room_sharing", "hotel_stars", "local_km_per_day", "days_attended", "free_nights", "car_persons", "event_share_pct"];

/** The questions that apply to what was told so far; what cannot apply is not asked. */
export function choicesFor(values: Values, hasMore: boolean): Choice[] {
  return CHOICES.filter((asked) => (hasMore || !asked.isMore) && (!asked.fits || asked.fits(values))).map(({ name, title, prefix, values: known, isMore = false }) => ({
    name,
    title: t(title),
    isMore,
    options: known.map((value) => ({ value, label: t(`${prefix}.${value}` as Key), on: values[name] === value })),
  }));
}

/** The journey as the API takes it; null when nothing was told. `refusedCity` is left out: its distance stands for it. */
export function journeyOf(values: Values, hasMore: boolean, refusedCity: string | null): Schema<"Journey"> | null {
  const asked = new Set(choicesFor(values, hasMore).map(({ name }) => name));
  const journey: Record<string, unknown> = {};
  if (values.from_city && values.from_city !== refusedCity) journey.from_city = values.from_city;
  if (values.distance_km && refusedCity !== null) journey.distance_km = kilometresOf(values.distance_km);
  if (hasMore && values.local_km_per_day) journey.local_km_per_day = kilometresOf(values.local_km_per_day);
  if (hasMore && values.days_attended && values.days !== "1") journey.days_attended = Number(values.days_attended);
  if (hasMore && values.free_nights && stays(values)) journey.free_nights = Number(values.free_nights);
  for (const name of asked) if (values[name]) journey[name] = IN_NUMBERS.includes(name) ? Number(values[name]) : name === "home_every_night" ? values[name] === "true" : values[name];
  return Object.keys(journey).length > 0 ? (journey as Schema<"Journey">) : null;
}

/** Names of the numbers that cannot be sent as they stand, with what is wrong. None is trimmed: that would be another journey. */
export function wrongNumbers(values: Values): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const [name, [min, max, isWhole]] of Object.entries(NUMBERS)) {
    if (!values[name]) continue;
    const value = kilometresOf(values[name]);
    if (value === null) wrong[name] = t("phone.number.none");
    else if (isWhole && !Number.isInteger(value)) wrong[name] = t("phone.number.whole");
    else if (value < min || value > max) wrong[name] = t("phone.number.range", { min, max });
  }
  return wrong;
}

/** A number as people type it: full-width digits, a decimal comma, thousands apart. Null for anything else. */
export function kilometresOf(text: string): number | null {
  const typed = text.normalize("NFKC").replace(/[\s_]|km$|公里$/gi, "");
  const whole = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(typed) ? typed.replace(/,/g, "") : typed.replace(",", ".");
  return /^\d+(?:\.\d+)?$/.test(whole) ? Number(whole) : null;
}

export function valuesOf(journey: Record<string, unknown>): Values {
  const told = Object.entries(journey).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(told.map(([name, value]) => [name, String(value)]));
}
