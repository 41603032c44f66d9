import { Breach } from '../../support/memory/breach.ts';
import type { MemoryState } from '../../support/memory/memory-state.ts';
import { checkAdminsWords } from './admins-word.ts';
import { checkEnvironments } from './environment-invariant.ts';
import { checkGroups } from './group-invariant.ts';
import { RingWatch } from './ring-watch.ts';
import { WordWatch } from './word-watch.ts';

/** What must hold of every transaction by itself, whichever command it is a part of. In memory; on PostgreSQL the same decisions are made. */
export class CommitWatch {
  private readonly rings = new RingWatch();
  readonly words = new WordWatch();
  private found: Breach | null = null;

  /** A breach is kept: the engine, which this is called from, must not meet it. */
  saw(before: MemoryState, after: MemoryState): void {
    try {
      this.rings.saw(before, after);
      this.words.saw(before, after);
      checkAdminsWords(before, after);
      checkEnvironments(before, after);
      checkGroups(before, after);
    } catch (error) {
      if (!(error instanceof Breach)) throw error;
      this.found ??= error;
    }
  }

  /** @throws Breach */
  report(): void {
    if (this.found) throw this.found;
  }
}
