// Scans on their way to the server: a few at once, so that a scanner that empties its buffer leaves room for the rest of
// the page, and what is decided here is decided one after the other, in the order in which it was read.
const AT_ONCE_MAX = 4;

/** @type {(() => unknown)[]} */
const waiting = [];
let running = 0;

/** Run `work` as soon as fewer than a few others run; the first that came is the first that begins. */
export async function inTurn(/** @type {() => Promise<unknown>} */ work) {
  if (running >= AT_ONCE_MAX) await new Promise((resolve) => waiting.push(() => resolve(null)));
  running += 1;
  try {
    await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** Run `work` when what came before has ended: a badge that was let in is inside for the next. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export function oneByOne(work) {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}
