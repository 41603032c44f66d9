/** A row's key, column by column. */
export type RowKey = readonly (string | number)[];

/**
 * Sorts by key as PostgreSQL does with `ORDER BY` (uuid and numbers) and `ORDER BY … COLLATE "C"` (text): transactions that
 * lock some rows each do so in one order (lock-order.ts), also where they send them in several statements.
 */
export function inKeyOrder<T>(items: readonly T[], keyOf: (item: T) => RowKey): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ item }) => item);
}

function compareKeys(a: RowKey, b: RowKey): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const order =
      typeof part === 'number' && typeof other === 'number'
        ? part - other
        : Buffer.compare(Buffer.from(String(part)), Buffer.from(String(other)));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
