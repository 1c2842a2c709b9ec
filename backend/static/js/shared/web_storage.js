// Web storage. Where the browser refuses it (private windows, full disks), values last until the page is closed.

/** For values of this tab, which are gone when it is closed. */
export const TAB = { isLasting: false };

/** Where the page that finishes a sign-in leaves word of a second account, for the account's page. */
export const OTHER_ACCOUNT = "other-account";

const forNow = new Map();

/** @param {boolean} isLasting */
function store(isLasting) {
  try {
    return isLasting ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {string} key @param {any} value */
export function keep(key, value, { isLasting = true } = {}) {
  forNow.set(key, value);
  try {
    store(isLasting)?.setItem(`tianfu.${key}`, JSON.stringify(value));
  } catch {
    // Kept in memory all the same.
  }
}

/** @param {string} key @returns {any} */
export function recall(key, { isLasting = true } = {}) {
  if (forNow.has(key)) return forNow.get(key);
  try {
    return JSON.parse(store(isLasting)?.getItem(`tianfu.${key}`) ?? "null");
  } catch {
    return null;
  }
}

/** The value as it stands in the browser's storage now: another tab may have changed it. @param {string} key @returns {any} */
export function recallAnew(key, { isLasting = true } = {}) {
  const kept = store(isLasting);
  if (!kept) return recall(key, { isLasting });
  try {
    const value = JSON.parse(kept.getItem(`tianfu.${key}`) ?? "null");
    forNow.set(key, value);
    return value;
  } catch {
    return recall(key, { isLasting });
  }
}

/** @param {string} key */
export function forget(key, { isLasting = true } = {}) {
  forNow.delete(key);
  try {
    store(isLasting)?.removeItem(`tianfu.${key}`);
  } catch {
    // Nothing was kept.
  }
}
