/** Merges what has the same name. */
export function mergeRecords<T>(
  records: readonly Readonly<Record<string, T>>[],
  merge: (parts: readonly T[]) => T,
): Record<string, T> {
  const parts = new Map<string, T[]>();
  for (const record of records)
    for (const [name, part] of Object.entries(record)) {
      const same = parts.get(name);
      if (same) same.push(part);
      else parts.set(name, [part]);
    }
  return Object.fromEntries([...parts].map(([name, same]) => [name, merge(same)]));
}
