import type { ChainLink } from '#libs/engine';
import type { MemoryState } from '../../support/memory/memory-state.ts';

/** What one transaction has added to a model's record. */
export const newEvents = (before: MemoryState, after: MemoryState, modelId: string): readonly ChainLink[] =>
  (after.events.get(modelId) ?? []).slice(before.events.get(modelId)?.length ?? 0);
