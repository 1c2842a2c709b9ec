// Sending a file with its progress: fetch cannot tell how much has gone, so this asks as browsers did before it.
import { Refused, Unreachable } from "./api.js";
import { LANGUAGE } from "./i18n.js";

/** `onProgress(share)` is called while the file goes out. Raises Refused, Unreachable and SignedOut like any question. */
export function upload(session, path, file, onProgress, mediaType = null) {
  return session.with((token) => sendOnce(path, file, token, onProgress, mediaType || file.type || "application/octet-stream"));
}

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
