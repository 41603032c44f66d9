import type { Instant } from '#libs/kernel';
import type { Route } from '#libs/traffic';
import type { SampleRecord, Served, ServedRequest } from './feedback-records.ts';
import type { Refused, RolloutRecord } from './records.ts';

/** Events of one request that count for one metric: whoever holds a receipt cannot make more of it by inventing ids. */
export const MOST_EVENTS_OF_REQUEST = 20;

/** What tells one event from another. */
export interface FeedbackIdentity {
  readonly rolloutId: string;
  readonly identity: string;
  /** The request and metric that it is about; `null`: it is about a unit. */
  readonly subject: string | null;
}

/** What feedback is attributed by. */
export interface FeedbackStore {
  /**
   * Keeps who served these requests for a while, a bounded number of each model, so that feedback can name them.
   * @returns those that cannot be stored, or for which there is no room
   */
  noteServed(requests: readonly ServedRequest[]): Promise<readonly Refused<ServedRequest>[]>;
  /** Of these request ids of a model, those that are still known. */
  findServed(model: string, requestIds: readonly string[]): Promise<ReadonlyMap<string, Served>>;
  /**
   * Takes identities of feedback. `fresh`: nobody had taken these before; `beyond`: nor these, but their request
   * has had as many events as count (`MOST_EVENTS_OF_REQUEST`).
   */
  claim(
    identities: readonly FeedbackIdentity[],
  ): Promise<{ readonly fresh: ReadonlySet<string>; readonly beyond: ReadonlySet<string> }>;
  /** Live rollouts of other models whose gates are judged by feedback on this one. */
  guardedBy(model: string): Promise<readonly RolloutRecord[]>;
  /** The route of a model that was in force at an instant. */
  routeAt(modelId: string, at: Instant): Promise<Route | null>;
}

export interface SampleStore {
  /**
   * Keeps the worst of each rollout, a bounded number of them. Samples of unknown rollouts are left out.
   * @returns those that cannot be stored
   */
  keep(samples: readonly SampleRecord[]): Promise<readonly Refused<SampleRecord>[]>;
  /** The worst first. */
  ofRollout(rolloutId: string): Promise<readonly SampleRecord[]>;
}
