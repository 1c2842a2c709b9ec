// Passkeys: what the server asks in JSON becomes what the browser takes, and its answer becomes JSON again.

/** @param {string} text */
function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function textOf(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {any[]} [list] */
const idsOf = (list) => (list ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));

export const hasPasskeys = () => "PublicKeyCredential" in window;

/** Make a passkey for these options; raises what the browser raises, also when the person gives up. @param {any} options */
export async function makePasskey(options) {
  const publicKey = { ...options, challenge: bytesOf(options.challenge), user: { ...options.user, id: bytesOf(options.user.id) }, excludeCredentials: idsOf(options.excludeCredentials) };
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
  const { clientDataJSON, attestationObject } = made.response;
  return shown(made, { clientDataJSON: textOf(clientDataJSON), attestationObject: textOf(attestationObject) });
}

/** Sign with one of the passkeys that these options name. @param {any} options */
export async function usePasskey(options) {
  const publicKey = { ...options, challenge: bytesOf(options.challenge), allowCredentials: idsOf(options.allowCredentials) };
  const found = /** @type {any} */ (await navigator.credentials.get({ publicKey }));
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  const signed = { clientDataJSON: textOf(clientDataJSON), authenticatorData: textOf(authenticatorData), signature: textOf(signature) };
  // Options without names leave it to the person which account it is: the passkey says whose it is.
  return shown(found, userHandle && !publicKey.allowCredentials.length ? { ...signed, userHandle: textOf(userHandle) } : signed);
}

/** @param {any} credential @param {{clientDataJSON: string, attestationObject?: string, authenticatorData?: string, signature?: string, userHandle?: string}} response */
function shown(credential, response) {
  return { id: String(credential.id), rawId: textOf(credential.rawId), type: /** @type {const} */ ("public-key"), response };
}
