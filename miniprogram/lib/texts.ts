// Texts in the language of the phone, or the one that was chosen; numbers, masses and dates as people read them.
// No Intl: not every phone's WeChat has it.
import { en } from "../texts/en";
import { zh } from "../texts/zh-CN";
import { recall } from "./store";

export type Key = keyof typeof zh;
export type Language = "zh-CN" | "en";
export interface Both {
  "zh-CN"?: string;
  en?: string;
}
const TEXTS: Record<Language, Record<string, string>> = { "zh-CN": zh, en };
const KG_G = 1000;
const TONNE_G = 1_000_000;
const TONNES_FROM_G = 10 * TONNE_G;
const CITY_AHEAD_MS = 8 * 3_600_000;

export function language(): Language {
  return recall<Language>("language") ?? (/^zh/i.test(wx.getAppBaseInfo().language) ? "zh-CN" : "en");
}

/** A text with its {facts} filled in; `{n:one|many}` is the word that fits the number. */
export const t = (key: Key, facts: Record<string, string | number> = {}): string => filled(TEXTS[language()][key], facts);

function filled(text: string, facts: Record<string, string | number>): string {
  const agreeing = text.replace(/\{(\w+):([^{}|]*)\|([^{}|]*)\}/g, (_, name, one, many) => (String(facts[name]) === "1" ? one : many));
  return agreeing.replace(/\{(\w+)\}/g, (all, name) => (name in facts ? String(facts[name]) : all));
}

/** The name of something the server may add to: shown as it is when it has no name here yet. */
export const word = (kind: string, name: string): string => TEXTS[language()][`${kind}.${name}`] ?? name;

/** The texts of some keys, for a page's WXML. */
export function textsOf(keys: readonly string[]): Record<string, string> {
  const spoken = TEXTS[language()];
  return Object.fromEntries(keys.map((key) => [key, spoken[key]]));
}

/** A text that the server holds in both languages. */
export const either = (text: Both | null | undefined): string => text?.[language()] ?? text?.["zh-CN"] ?? text?.en ?? "";

/** What to do about a refusal: by its code, else by its status. */
export function advice(code: string, status: number): string {
  const spoken = TEXTS[language()];
  return spoken[`next.${code}`] ?? spoken[`next.${status}`] ?? spoken["next.other"];
}

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

function decimals(value: number, places: number): string {
  const size = 10 ** places;
  const whole = Math.round(Math.abs(value) * size);
  const digits = String(whole).padStart(places + 1, "0");
  const sign = value < 0 && whole > 0 ? "-" : "";
  return `${sign}${grouped(digits.slice(0, digits.length - places))}${places ? `.${digits.slice(-places)}` : ""}`;
}

export const count = (value: number): string => decimals(value, 0);
export const plain = (value: number): string => decimals(value, 6).replace(/\.?0+$/, "");

/** Grams as people read them, by the rules of backend/texts/mass.py. */
export function mass(grams: number): string {
  if (Math.abs(grams) < KG_G) return `${count(grams)} g`;
  const [size, unit] = Math.abs(grams) < TONNES_FROM_G ? [KG_G, "kg"] : [TONNE_G, "t"];
  // Whole hundredths: 13,095 g are 13.10 kg, though 13.095 × 100 is less than 1309.5 to a computer.
  const hundredths = Math.round(Math.abs(grams) / (size / 100));
  return `${grams < 0 ? "-" : ""}${count(Math.floor(hundredths / 100))}.${two(hundredths % 100)} ${unit}`;
}

/** An instant as the city's clock shows it; a day stands for its beginning there. */
function inCity(instant: string | number): Date {
  if (typeof instant === "number") return new Date(instant + CITY_AHEAD_MS);
  if (/^\d{4}-\d\d-\d\d$/.test(instant)) return new Date(`${instant}T00:00:00Z`);
  // Some phones read no more than milliseconds.
  return new Date(Date.parse(instant.replace(/(\.\d{3})\d+/, "$1")) + CITY_AHEAD_MS);
}

const two = (value: number): string => String(value).padStart(2, "0");

export function dayOf(instant: string | number): string {
  const at = inCity(instant);
  const month = at.getUTCMonth() + 1;
  return t("format.day", { day: at.getUTCDate(), month, month_name: word("month", String(month)), year: at.getUTCFullYear() });
}

export function monthOf(period: string): string {
  const [year, month] = period.split("-").map(Number);
  return t("format.month", { month, month_name: word("month", String(month)), year });
}

export const timeOf = (instant: string | number): string => `${two(inCity(instant).getUTCHours())}:${two(inCity(instant).getUTCMinutes())}`;
export const momentOf = (instant: string | number): string => `${dayOf(instant)} ${timeOf(instant)}`;
export const dayKeyOf = (instant: number): string => inCity(instant).toISOString().slice(0, 10);

/** "1 to 3 August 2026", and how many calendar days of the city that is, both ends counted. */
export function daysOf(startsAt: string, endsAt: string): { text: string; days: number } {
  const day = (at: string) => Math.floor(inCity(at).getTime() / 86_400_000);
  const days = day(endsAt) - day(startsAt) + 1;
  return { text: days > 1 ? t("mini.days", { from: dayOf(startsAt), to: dayOf(endsAt) }) : dayOf(startsAt), days };
}
