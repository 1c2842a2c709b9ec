// Lines of journeys that the service does not keep: they stay on the phone that told them, by their certificate's number.
import type { Schema } from "./client";
import { certificateQuery } from "./links";
import { keep, recall } from "./store";

interface Kept {
  lines: Schema<"FootprintLine">[];
  lines_sha256: string;
}

/** Keeps the lines of an answer that says nobody else does. */
export function keepLines({ certificate, footprint, lines_salt, lines_sha256 }: Pick<Schema<"ScanAnswer">, "certificate" | "footprint" | "lines_salt" | "lines_sha256">): void {
  const number = certificate && certificateQuery(certificate.url).number;
  if (number && lines_salt) keep(`lines.${number}`, { lines: footprint.lines, lines_sha256 });
}

/** The lines that this phone keeps of a certificate, if they are those of its document; before it is signed, of its total. */
export function linesOf({ number, document, footprint }: Schema<"CertificateView">): Schema<"FootprintLine">[] | null {
  const kept = recall<Kept>(`lines.${number}`);
  if (!kept) return null;
  const digest = (document as { footprint?: { lines_sha256?: string } } | null)?.footprint?.lines_sha256;
  const total = kept.lines.reduce((sum, line) => sum + line.emission_g, 0);
  return (digest ? digest === kept.lines_sha256 : total === footprint.total_g) ? kept.lines : null;
}
