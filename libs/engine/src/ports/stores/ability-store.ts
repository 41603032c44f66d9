import type { Ability } from '#libs/rollout';

/** Every worker that lives says this one. */
export const A_WORKER = 'worker';

/** What workers say that they can ask. */
export interface AbilityStore {
  /** Some worker can ask these, by the database's clock now. */
  note(names: readonly (Ability | typeof A_WORKER)[]): Promise<void>;
  /** What workers have said in the last so many milliseconds. */
  seen(withinMs: number): Promise<ReadonlySet<string>>;
}
