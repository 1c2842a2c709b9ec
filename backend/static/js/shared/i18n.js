// Words and numbers in the page's language. The texts are those of backend/texts that the server put into the page.
export const LANGUAGE = document.documentElement.lang || "zh-CN";
const OTHER = LANGUAGE === "en" ? "zh-CN" : "en";
const KG_G = 1000;
const TONNE_G = 1_000_000;
const TONNES_FROM_G = 10 * TONNE_G;
const CITY_TIME = "Asia/Shanghai";

const whole = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 });
const two = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const exact = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 6 });

// Language → key → text; a screen that a crowd reads has two languages of its own texts.
const spoken = {};
for (const block of document.querySelectorAll("script.texts"))
  for (const [language, texts] of Object.entries(JSON.parse(block.textContent))) spoken[language] = { ...spoken[language], ...texts };
const TEXTS = spoken[LANGUAGE] ?? {};

/** A text with its {facts} filled in; `{n:one|many}` is the word that fits the number. */
export const t = (key, facts = {}) => filled(TEXTS, key, facts);

/** A text in Chinese and in English, for what a crowd reads. */
export const both = (key, facts = {}) => ["zh-CN", "en"].map((language) => filled(spoken[language] ?? {}, key, facts));

function filled(texts, key, facts) {
  const text = texts[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  const agreeing = text.replace(/\{(\w+):([^{}|]*)\|([^{}|]*)\}/g, (all, name, one, many) => (String(facts[name]) === "1" ? one : many));
  return agreeing.replace(/\{(\w+)\}/g, (all, name) => (name in facts ? String(facts[name]) : all));
}

/** The name of something the server may add to: shown as it is when it has no name here yet. */
export function word(kind, key) {
  return TEXTS[`${kind}.${key}`] ?? String(key);
}

/** A unit after its quantity: one night, two nights. */
export function unitOf(unit, quantity) {
  const one = `unit.${unit}.one`;
  return quantity === 1 && one in TEXTS ? t(one) : word("unit", unit);
}

/** What to do about a refusal: by its code, else by its status. The pages of staff have words of their own for it. */
export function advice(code, status) {
  const key = [code, status, "other"].flatMap((each) => [`staff_next.${each}`, `next.${each}`]).find((each) => each in TEXTS);
  return t(key);
}

/** The same where there are words for this very refusal, else nothing: a sentence by status may be of another place. */
export const ownAdvice = (code) => TEXTS[`next.${code}`] ?? "";

/** A text that the server holds in both languages. */
export function either(text) {
  return text?.[LANGUAGE] ?? text?.[OTHER] ?? "";
}

export const count = (number) => whole.format(number);
export const plain = (number) => exact.format(number);

/** Grams as people read them, by the rules of backend/domain/mass.py. */
export const mass = (grams) => massLike(grams)(grams);

/** A mass on its way to another keeps the unit it will end in, so that the word does not flicker. */
export function massLike(target) {
  if (Math.abs(target) < KG_G) return (grams) => `${whole.format(grams)} g`;
  const [size, unit] = Math.abs(target) < TONNES_FROM_G ? [KG_G, "kg"] : [TONNE_G, "t"];
  return (grams) => `${two.format(grams / size)} ${unit}`;
}

const clock = new Intl.DateTimeFormat(LANGUAGE, { timeZone: CITY_TIME, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockSeconds = new Intl.DateTimeFormat(LANGUAGE, { timeZone: CITY_TIME, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat(LANGUAGE === "en" ? "en-GB" : LANGUAGE, { timeZone: CITY_TIME, year: "numeric", month: "long", day: "numeric" });
const monthCalendar = new Intl.DateTimeFormat(LANGUAGE === "en" ? "en-GB" : LANGUAGE, { timeZone: CITY_TIME, year: "numeric", month: "long" });
const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: CITY_TIME });

export const dayOf = (day) => calendar.format(new Date(/^\d{4}-\d\d-\d\d$/.test(day) ? `${day}T00:00:00+08:00` : day));
export const monthOf = (day) => monthCalendar.format(new Date(`${day}T00:00:00+08:00`));
export const dayKeyOf = (instant) => dayKey.format(new Date(instant));
export const timeOf = (instant) => clock.format(new Date(instant));
export const momentOf = (instant) => `${calendar.format(new Date(instant))} ${clock.format(new Date(instant))}`;
export const timeWithSeconds = (instant) => clockSeconds.format(new Date(instant));

// Intl writes a Chinese range with slashes; the days are wanted as people write them.
function rangeOf(from, to) {
  if (LANGUAGE === "en") return calendar.formatRange(from, to);
  const [first, last] = [calendar.format(from), calendar.format(to)];
  const month = /^\d+年\d+月/.exec(first)?.[0];
  return `${first}至${month && last.startsWith(month) ? last.slice(month.length) : last}`;
}

/** "1 – 3 August 2026", and how many calendar days of the event's city that is, both ends counted. */
export function daysOf(startsAt, endsAt) {
  const from = new Date(startsAt);
  const to = new Date(endsAt);
  const days = Math.round((Date.parse(dayKey.format(to)) - Date.parse(dayKey.format(from))) / 86_400_000) + 1;
  return { text: days > 1 ? rangeOf(from, to) : calendar.format(from), days };
}
