import { storableName } from '#libs/kernel';

/**
 * Names under which PostgreSQL and JSON readers keep what they name: whoever chose them, no other entry is lost
 * for it. They are so already where they are read (`binName`); here nothing else can pass.
 * @param merge of names that have become the same
 */
export function underStorableNames<T>(
  named: ReadonlyMap<string, T>,
  most: number,
  merge: (same: readonly [T, ...T[]]) => T,
): [string, T][] {
  const found = new Map<string, [T, ...T[]]>();
  for (const [name, value] of named) {
    const key = storableName(name, most);
    const same = found.get(key);
    if (same) same.push(value);
    else found.set(key, [value]);
  }
  return [...found].map(([name, same]) => [name, merge(same)]);
}
