// The service worker of /scanner: the page opens without a line by what its last loads left here. Asks the server first,
// so that a new version is taken as soon as there is a line; what the page asks of /v1 never comes past here.
const PREFIX = "scanner-";
const NAME = `${PREFIX}1`;
const PAGE = "/scanner";
const READER = "/scanner-reader.js";
const STATIC = "/static/";
const WAIT_MS_MAX = 4000;
const SPARED_MS = 10_000;

let sparedUntil = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === PAGE) event.respondWith(answer(event, pageKey(url.searchParams.get("lang"))));
  else if (url.pathname.startsWith(STATIC) || url.pathname === READER) event.respondWith(answer(event, url.pathname));
});

async function begin() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  // The page that brought this worker here asks for all it needs once more, through it.
  await self.clients.claim();
}

// Never the address as it was asked for: behind its # may stand an onboarding code.
const pageKey = (language) => (language ? `${PAGE}?lang=${language}` : PAGE);

async function answer(event, key) {
  const cache = await caches.open(NAME);
  const isPage = isThePage(key);
  const kept = (await find(cache, key)) ?? (isPage ? await find(cache, PAGE) : undefined);
  // A page that came from here gets its modules from here too: they fit each other, and a slow line is waited for once.
  if (kept && !isPage && Date.now() < sparedUntil) return kept;
  const asked = fetch(event.request);
  event.waitUntil(asked.then((response) => keep(cache, key, response.clone())).catch(() => {}));
  const response = await (kept ? Promise.race([asked, pause()]) : asked).catch((error) => {
    if (!kept) throw error;
  });
  // A proxy that answers for a server that is not there is a bad line too.
  const isAnswered = response !== undefined && (response.status < 500 || !kept);
  if (isPage || !isAnswered) sparedUntil = isAnswered ? 0 : Date.now() + SPARED_MS;
  return isAnswered ? response : kept;
}

const isThePage = (key) => key === PAGE || key.startsWith(`${PAGE}?`);
// What the page varies by is in its key.
const find = (cache, key) => cache.match(key, { ignoreVary: true });
const pause = () => new Promise((resolve) => setTimeout(resolve, WAIT_MS_MAX));

async function keep(cache, key, response) {
  if (response.status !== 200 || response.type !== "basic") return;
  if (!isThePage(key)) return cache.put(key, response);
  // In the language that it is in; whoever names none gets the one that was in use last.
  await cache.put(pageKey(response.headers.get("content-language")), response.clone());
  return cache.put(PAGE, response);
}
