// Files that need a token: fetched with it, shown as data, saved through a link.
import { refusalOf, send } from "./api.js";
import { h } from "./dom.js";

/** Fetch a file with the session's token. Raises Refused, Unreachable, SignedOut. @param {Session} session @param {string} path @param {string} accept */
export function fetchFile(session, path, accept) {
  return session.with(async (token) => {
    const response = await send(path, { token, accept });
    if (!response.ok) throw refusalOf(response, await response.json().catch(() => null));
    return response.blob();
  });
}

/** The address of a picture. Pages let in pictures of ours and data, and no other address. @param {Blob} blob @returns {Promise<string>} */
export function asData(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
