/** What shows that a mutant is one: a property test that is red on it. */
export interface Catcher {
  /** A test file. */
  readonly test: string;
  /** The part of a test's name that is run; left out: all of the file. */
  readonly only?: string;
  /** `MODEL_RUNS` of the suite, at most; left out: 2,000. */
  readonly runs?: number;
}

/** Rings, environments, release groups, primaries that answer nobody, and clocks that are set. */
export const BEYOND = ['rings', 'environments', 'groups', 'primaries', 'clocks'] as const;

/** One way to undo the mending of one kind of fault. */
export interface Mutant {
  readonly name: string;
  /** Of the faults in the issue "rollouts keep their word": 1 to 11, one of its further ones, or what it asks for beyond them. */
  readonly kind: number | 'also' | (typeof BEYOND)[number];
  /** What the product does then, in words. */
  readonly undoes: string;
  readonly file: string;
  /** Text of the file that is there exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: Catcher;
}

const SUITE = 'test/model/engine-model.test.ts';
/** The suite's properties. */
export const KEEPS: Catcher = { test: SUITE, only: 'keeps the invariants' };
export const ENDS: Catcher = { test: SUITE, only: 'brings every rollout' };
export const HARM: Catcher = { test: SUITE, only: 'takes off whatever does harm', runs: 3_000 };
export const pure = (test: string, only?: string): Catcher => ({ test, ...(only ? { only } : {}) });
