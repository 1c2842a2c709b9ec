// Where a browser goes on after signing in at another service's page, and the address that begins such a sign-in.
export const START_PAGE = "/";
const RETURN_COOKIE = "signed_in_to_";
const NAME_CHARS = 9;
const PATH_CHARS_MAX = 512;

/** Whether a text is the path of a page of ours, as backend/domain/identity/return_paths.py takes it. @param {string} text */
export function isReturnPath(text) {
  if (text.length > PATH_CHARS_MAX || !/^\/(?![/\\])[\w./~,=?&%#+-]*$/.test(text) || /\/\//.test(text) || /%(2f|5c|40|25|[01])/i.test(text)) return false;
  const { origin, pathname } = new URL(text, location.origin);
  return origin === location.origin && !/^\/(v1|static|demo|signed-in)(\/|$)/.test(pathname);
}

/** The address that begins a sign-in at another service's page and comes back to a page of ours. @param {string} start @param {string} returnTo @param {"base" | "consent" | "alone"} [scope] */
export function startAddress(start, returnTo, scope) {
  const query = new URLSearchParams({ return_to: isReturnPath(returnTo) ? returnTo : START_PAGE });
  if (scope) query.set("scope", scope);
  return `${start}?${query}`;
}

/** Where the sign-in of a state was begun from, as a cookie kept it; null when it is not known. @param {string} state */
export function returnPathOf(state) {
  const name = `${RETURN_COOKIE}${state.slice(0, NAME_CHARS)}=`;
  const found = document.cookie.split("; ").find((each) => each.startsWith(name));
  try {
    const path = decodeURIComponent(found?.slice(name.length) ?? "");
    return isReturnPath(path) ? path : null;
  } catch {
    return null;
  }
}

/** @param {string} state */
export function forgetReturnPath(state) {
  document.cookie = `${RETURN_COOKIE}${state.slice(0, NAME_CHARS)}=; Path=${location.pathname}; Max-Age=0; SameSite=Lax`;
}
