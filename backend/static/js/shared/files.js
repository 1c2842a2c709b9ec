// Files that only their owner may fetch: asked for with the token, shown as data, saved through a link.
import { refusalOf, send } from "./api.js";
import { h } from "./dom.js";

/** Raises Refused and Unreachable like any question. */
export function fetchFile(session, path, accept) {
  return session.with(async (token) => {
    const response = await send(path, { token, accept });
    if (!response.ok) throw refusalOf(response, await response.json().catch(() => null));
    return response.blob();
  });
}

/** The address of a picture. Pages let in pictures of ours and data, and no other address. */
export function asData(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
