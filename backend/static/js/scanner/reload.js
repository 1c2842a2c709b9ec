// The page and its modules stay on the device, so that it opens again without a line (service_worker.js).
const WORKER = "/scanner-offline.js";
const SCOPE = "/scanner";
const STATIC = "/static/";
const READER = "/scanner-reader.js";

/** Nothing to wait for: a browser that cannot, or may not, goes on without. */
export function keepPage() {
  // Not on plain-http addresses, nor in some private windows.
  if (!navigator.serviceWorker) return;
  // What was loaded before the worker was there has not come past it, nor past a newer one that took over.
  navigator.serviceWorker.addEventListener("controllerchange", loadAgain);
  navigator.serviceWorker.register(WORKER, { scope: SCOPE }).catch(() => {});
}

async function loadAgain() {
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const files = loaded.filter((url) => url.origin === location.origin && (url.pathname.startsWith(STATIC) || url.pathname === READER)).map((url) => url.pathname);
  await Promise.allSettled([location.pathname + location.search, ...new Set(files)].map((path) => fetch(path)));
}
