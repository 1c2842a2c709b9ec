// Web storage that may be refused (private windows, full disks): then the page remembers until it is closed.

const forNow = new Map();

function store(isLasting) {
  try {
    return isLasting ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

export function keep(key, value, { isLasting = true } = {}) {
  forNow.set(key, value);
  try {
    store(isLasting)?.setItem(`tianfu.${key}`, JSON.stringify(value));
  } catch {
    // Kept in memory all the same.
  }
}

export function recall(key, { isLasting = true } = {}) {
  if (forNow.has(key)) return forNow.get(key);
  try {
    return JSON.parse(store(isLasting)?.getItem(`tianfu.${key}`) ?? "null");
  } catch {
    return null;
  }
}

export function forget(key, { isLasting = true } = {}) {
  forNow.delete(key);
  try {
    store(isLasting)?.removeItem(`tianfu.${key}`);
  } catch {
    // Nothing was kept.
  }
}
