import type { Mutant } from './mutant.ts';
import { OF_CLOCKS } from './of-clocks.ts';
import { OF_ENVIRONMENTS } from './of-environments.ts';
import { OF_GROUPS, OF_SEEN } from './of-groups.ts';
import { OF_JUDGEMENT } from './of-judgement.ts';
import { OF_POLICIES, OF_TELLING } from './of-policies.ts';
import { OF_ADMINS_WORDS, OF_PRIMARIES } from './of-primaries.ts';
import { OF_PURE_CODE } from './of-pure-code.ts';
import { OF_RINGS } from './of-rings.ts';
import { OF_PROOF } from './of-proof.ts';
import { OF_ROLLOUTS } from './of-rollouts.ts';
import { OF_UNITS } from './of-units.ts';

/**
 * Every mending of the issue "rollouts keep their word", the ends of bakes, clocks and trips, rings, environments, release groups, dead
 * primaries and clocks that are set: each undone once.
 */
export const MUTANTS: readonly Mutant[] = [
  ...OF_ROLLOUTS,
  ...OF_ADMINS_WORDS,
  ...OF_PROOF,
  ...OF_POLICIES,
  ...OF_PURE_CODE,
  ...OF_UNITS,
  ...OF_JUDGEMENT,
  ...OF_RINGS,
  ...OF_ENVIRONMENTS,
  ...OF_GROUPS,
  ...OF_SEEN,
  ...OF_PRIMARIES,
  ...OF_TELLING,
  ...OF_CLOCKS,
];
