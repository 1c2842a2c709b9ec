// The code in what was scanned, or in how the mini-program was opened.

/** A badge's QR is a link, a mini-program code has a scene, a person may paste either; the server reads the rest. */
export function codeOf(text: string): string {
  const plain = decoded(text.trim());
  const found = /\/q\/([^\s?#&]+)/.exec(plain) ?? /[?&]scene=([^\s?#&]+)/.exec(plain);
  return found ? decoded(found[1]) : plain;
}

/** What the mini-program was opened with: `scene` by a mini-program code, `q` by a link, `code` by a page of ours. */
export function openedWith(query: Record<string, string | undefined>): string | null {
  const text = query.scene ?? query.q ?? query.code;
  return text ? codeOf(text) : null;
}

/** Percent-encoding undone; a text that is none stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
