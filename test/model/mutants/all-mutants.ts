import type { Mutant } from './mutant.ts';
import { OF_JUDGEMENT } from './of-judgement.ts';
import { OF_PURE_CODE } from './of-pure-code.ts';
import { OF_ROLLOUTS } from './of-rollouts.ts';

/** Every mending of the issue "rollouts keep their word", and the ends of bakes, clocks and trips, undone once. */
export const MUTANTS: readonly Mutant[] = [...OF_ROLLOUTS, ...OF_PURE_CODE, ...OF_JUDGEMENT];
