// Lines of journeys that the service does not keep: they stay on the phone that told them, by their certificate's number.
import { keep, recall } from "./web_storage.js";

/** Keeps the lines of an answer that says nobody else does. @param {any} answer */
export function keepLines(answer) {
  if (!answer.certificate || !answer.lines_salt) return;
  keep(`lines.${answer.certificate.number}`, { lines: answer.footprint.lines, lines_salt: answer.lines_salt, lines_sha256: answer.lines_sha256 });
}

/** The lines that this phone keeps of a certificate, if they are those of its document. @param {string} number @param {string | undefined} digest */
export function linesOf(number, digest) {
  const kept = recall(`lines.${number}`);
  return kept && kept.lines_sha256 === digest ? { lines: kept.lines, lines_salt: kept.lines_salt } : null;
}
