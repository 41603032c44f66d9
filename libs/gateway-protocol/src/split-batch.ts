import { utf8Length } from '#libs/kernel';
import { type BatchLists, EMPTY_LISTS, LIST_NAMES, type ListName } from './batch.ts';
import { LIMITS } from './limits.ts';

/** One entry of any list. */
interface Item {
  readonly list: ListName;
  readonly entry: unknown;
}

/**
 * Divides what there is to send into batches by their size as JSON: each is at most `mostBytes` long, but for
 * one that holds a single entry. Nothing is lost and nothing repeated; the order within each list is kept.
 * @returns nothing to send: no batch
 */
export function splitByBytes(lists: BatchLists, mostBytes: number = LIMITS.batchBytes): BatchLists[] {
  const parts: Item[][] = [];
  let part: Item[] = [];
  let bytes = 0;
  for (const item of itemsOf(lists)) {
    const size = utf8Length(JSON.stringify(item.entry)) + 1;
    if (part.length > 0 && (bytes + size > mostBytes || part.length >= LIMITS.items)) {
      parts.push(part);
      [part, bytes] = [[], 0];
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts.map(listsOf);
}

/** The two halves of what was refused as a whole, to find the entry that was meant. `null`: it is one entry, or none. */
export function splitInHalves(lists: BatchLists): readonly [BatchLists, BatchLists] | null {
  const items = itemsOf(lists);
  if (items.length < 2) return null;
  const middle = Math.ceil(items.length / 2);
  return [listsOf(items.slice(0, middle)), listsOf(items.slice(middle))];
}

export const countOf = (lists: BatchLists): number =>
  LIST_NAMES.reduce((sum, list) => sum + lists[list].length, 0);

const itemsOf = (lists: BatchLists): Item[] =>
  LIST_NAMES.flatMap((list) => lists[list].map((entry) => ({ list, entry })));

function listsOf(items: readonly Item[]): BatchLists {
  const lists = Object.fromEntries(
    LIST_NAMES.map((name) => [name, items.filter(({ list }) => list === name).map(({ entry }) => entry)]),
  );
  return { ...EMPTY_LISTS, ...(lists as unknown as BatchLists) };
}
