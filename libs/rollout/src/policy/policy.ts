import type { Step, OutOfTime } from './steps.ts';
import type { Gate } from './gates/gates.ts';

/** Is a gate judged against the training data of the version under trial? */
export const needsProfile = (policy: Policy): boolean =>
  policy.gates.some(
    (gate) => gate.metric === 'input_drift' || ('against' in gate && gate.against === 'baseline'),
  );

/** A time in which nothing advances and nothing is promoted; rolling back always works. */
export interface FreezeWindow {
  /** Five fields: when the window opens. */
  readonly cron: string;
  readonly durationMs: number;
  readonly timeZone: string;
  readonly reason: string;
}

/** What a rollout follows: parsed, complete, immutable. */
export interface Policy {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly onUndecided: OutOfTime;
  readonly onNoData: OutOfTime;
  /** Error budget of the whole rollout: the most likely share of good candidates that are rolled back. */
  readonly alpha: number;
  /** The most likely share of bad candidates that a gate takes for proven; `alpha` where nothing is said. */
  readonly beta: number;
  readonly promoteWhen: 'proven' | 'notFailed';
  /** A model's first version has nothing to be compared with: checks, then this. */
  readonly first: 'promote' | 'approval';
  /** Readings of a metric source that fail in a row until the rollout pauses. */
  readonly consecutiveErrors: number;
  /** What becomes of a newer version that arrives while a rollout by this policy runs. */
  readonly onNewVersion: 'supersede' | 'queue' | 'refuse';
  readonly freeze: readonly FreezeWindow[];
  /** A version that was a good primary this short ago is promoted at once; 0: never. */
  readonly rollbackWindowMs: number;
  /** The author of a version cannot approve it. */
  readonly fourEyes: boolean;
  /** Rollouts of models that feed each other: one at a time (`exclude`), or as they come (`ignore`). */
  readonly dependencies: 'exclude' | 'ignore';
  /** Requests that the versions answered differently: how many are kept, and the paths that are blacked out. */
  readonly samples: { readonly keep: number; readonly redact: readonly string[] };
  /** Whom a candidate is tried on: `fresh`, other units in each rollout; `stable`, the same ones each time. */
  readonly units: 'fresh' | 'stable';
  /** When a gateway stops sending callers to the candidate by itself; `null`: never. */
  readonly localTrip: { readonly failures: number; readonly of: number } | null;
}
