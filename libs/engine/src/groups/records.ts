import type { Instant } from '#libs/kernel';
import type { RolloutRecord } from '../ports/records.ts';

/** Versions of several models that are released together. */
export interface GroupRecord {
  readonly id: string;
  readonly reason: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** A rollout of each of its models, by the model's name. */
  readonly members: readonly RolloutRecord[];
}
