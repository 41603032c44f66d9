import type { Instant } from '#libs/kernel';
import type { Route } from '#libs/traffic';
import type { SampleRecord, Served, ServedRequest } from './feedback-records.ts';
import type { RolloutRecord } from './records.ts';

/** What feedback is attributed by. */
export interface FeedbackStore {
  /** Keeps who served these requests for a while, so that feedback can name them. */
  noteServed(requests: readonly ServedRequest[]): Promise<void>;
  /** Of these request ids of a model, those that are still known. */
  findServed(model: string, requestIds: readonly string[]): Promise<ReadonlyMap<string, Served>>;
  /** Takes identities of feedback; returns the ones that nobody had taken before. */
  claim(
    identities: readonly { readonly rolloutId: string; readonly identity: string }[],
  ): Promise<ReadonlySet<string>>;
  /** Live rollouts of other models whose gates are judged by feedback on this one. */
  guardedBy(model: string): Promise<readonly RolloutRecord[]>;
  /** The route of a model that was in force at an instant. */
  routeAt(modelId: string, at: Instant): Promise<Route | null>;
}

export interface SampleStore {
  /** Keeps the worst of each rollout, a bounded number of them. Samples of unknown rollouts are left out. */
  keep(samples: readonly SampleRecord[]): Promise<void>;
  /** The worst first. */
  ofRollout(rolloutId: string): Promise<readonly SampleRecord[]>;
}
