import type { Instant } from '#libs/kernel';

/** The newest term of a version as primary. */
export interface PrimaryTerm {
  readonly version: number;
  /** Its bake ended well, it had none to pass, or an admin put it there at once. */
  readonly proven: boolean;
  /** The version whose rollback took the proof of these bytes away, since they were proven last; `null`: none has. */
  readonly refutedBy: number | null;
}

/** A stretch of time in which a version was primary, as it is told. */
export interface PrimaryTime {
  readonly version: number;
  readonly since: Instant;
  /** `null`: it serves. */
  readonly until: Instant | null;
  /** `false`: it was taken off; `null`: it serves. */
  readonly wasReplaced: boolean | null;
  readonly proven: boolean;
  readonly refutedBy: number | null;
  /** The version that was primary next; `null`: none was, yet. */
  readonly next: number | null;
  /** The rollout that made it primary, or whose end gave it its place back; `null`: it is not known. */
  readonly rolloutId: string | null;
}
