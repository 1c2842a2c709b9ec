// Instants in fields of date and time, by the city's clock whatever the browser's own is.
const local = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

export const localOf = (/** @type {string | null} */ instant) => (instant ? local.format(new Date(instant)).replace(" ", "T") : "");
export const instantOf = (/** @type {string | null} */ text) => (text ? `${text.slice(0, 16)}:00+08:00` : null);
