import type { InvariantName } from '../invariants/invariants.ts';

/** Other text in a source. */
export interface Edit {
  readonly file: string;
  /** Is there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** One mending of half-broken infrastructure, undone. */
export interface FaultMutant {
  readonly name: string;
  /** What the product does then. */
  readonly undoes: string;
  readonly edits: readonly Edit[];
  /** Mendings that cover for it, each shown by itself: they are undone too. Alone, nobody can tell it from outside. */
  readonly together?: readonly string[];
  /** What it is shown by, where what else is undone shows something by itself. */
  readonly by?: InvariantName;
  /** It shows only where jobs are kept there. */
  readonly needs?: 'redis';
  /** The names of the scenes that aim at it. */
  readonly shownBy: readonly string[];
}
