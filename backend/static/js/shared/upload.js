// Sending a file with its progress. By XMLHttpRequest, because fetch does not report how much has been sent.
import { Refused, Unreachable } from "./api.js";
import { LANGUAGE } from "./i18n.js";

/**
 * `onProgress(share)` is called while the file goes out. Raises Refused, Unreachable and SignedOut.
 * @param {Session} session @param {string} path @param {File} file
 * @param {(share: number) => unknown} onProgress @param {string | null} mediaType
 */
export function upload(session, path, file, onProgress, mediaType = null) {
  return session.with((token) => sendOnce(path, file, token, onProgress, mediaType || file.type || "application/octet-stream"));
}

/** @param {string} path @param {File} file @param {string} token @param {(share: number) => unknown} onProgress @param {string} mediaType @returns {Promise<any>} */
function sendOnce(path, file, token, onProgress, mediaType) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("accept-language", LANGUAGE);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("authorization", `Bearer ${token}`);
    request.setRequestHeader("content-type", mediaType);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(new Unreachable());
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new Refused(request.status, request.response ?? {}, Number(request.getResponseHeader("retry-after")) || null));
    };
    request.send(file);
  });
}
