/**
 * When each live rollout is to be looked at next, by the database's clock.
 * Whatever a unit of work wakes is written as its last statement: no transaction holds the agenda and waits for anything else.
 */
export interface AgendaStore {
  /** As soon as the transaction has committed. Asking twice is asking once. */
  wake(rolloutId: string): Promise<void>;
  /** There is new evidence: soon, but no more often than at each one's pace. */
  wakeForEvidence(rolloutIds: readonly string[]): Promise<void>;
  /** Gateways serve by newer routes of these models: those of their rollouts whose step's clock has not started. */
  wakeWaiting(models: readonly string[]): Promise<void>;
  /**
   * Takes what is due, what has waited longest first. Nobody else gets it for `claimMs`; whoever
   * does not `settle` it by then has died, and it is due again.
   */
  claim(most: number, claimMs: number): Promise<readonly AgendaClaim[]>;
  /** Says when the next look is due; a rollout that somebody has woken since the claim stays due at once. */
  settle(looks: readonly SettledLook[]): Promise<void>;
  /** Puts every live rollout on the agenda, takes what has ended off it. Returns how many are on it. */
  tidy(): Promise<number>;
}

export interface AgendaClaim {
  readonly rolloutId: string;
  /** How often somebody has asked for a look so far. */
  readonly asked: number;
}

export interface SettledLook extends AgendaClaim {
  readonly dueInMs: number;
  /** New evidence makes it due no earlier than this. */
  readonly paceMs: number;
}
