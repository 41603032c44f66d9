import type { A_PLANE, A_WORKER, Ability, MOVES_CALLERS } from '#libs/rollout';

/** What is told: that somebody is there, and what they can do. */
export type ToldAbility = Ability | typeof A_WORKER | typeof A_PLANE | typeof MOVES_CALLERS;

/** What workers say that they can ask, and data planes what they can do. */
export interface AbilityStore {
  /** Somebody can do these, by the database's clock now. */
  note(names: readonly ToldAbility[]): Promise<void>;
  /** What has been said in the last so many milliseconds. */
  seen(withinMs: number): Promise<ReadonlySet<string>>;
}
