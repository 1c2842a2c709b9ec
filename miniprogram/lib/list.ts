// Lists that go on: a page of them at a time, by the cursor that the server gave.
export interface Paged<I> {
  items: I[];
  next_cursor?: string | null;
}
export const PAGE = 20;

/** The page after `cursor`, appended to what is shown. */
export async function more<I, R>(shown: R[], cursor: string | null, ask: (query: { limit: number; cursor?: string }) => Promise<Paged<I>>, row: (item: I) => R): Promise<{ rows: R[]; cursor: string | null }> {
  const { items, next_cursor } = await ask(cursor ? { limit: PAGE, cursor } : { limit: PAGE });
  return { rows: [...(cursor ? shown : []), ...items.map(row)], cursor: next_cursor ?? null };
}
