import { lockModel } from '../registry/lookup.ts';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord } from '../ports/records.ts';

/** Locks several models, in one order whoever asks: the first statements of what concerns a whole group. */
export async function lockModels(
  stores: Stores,
  names: readonly string[],
): Promise<ReadonlyMap<string, ModelRecord>> {
  const locked = new Map<string, ModelRecord>();
  for (const name of [...new Set(names)].sort()) locked.set(name, await lockModel(stores, name));
  return locked;
}
