// A certificate's link is https://…/c/NUMBER#s=SECRET: the secret opens the lines, the number alone shows totals.
export function certificateQuery(url: string): Record<string, string> {
  const found = /\/c\/([^#?/]+)(?:[^#]*)(?:#s=(.*))?$/.exec(url);
  if (!found) return {};
  return found[2] ? { number: found[1], s: found[2] } : { number: found[1] };
}
