/** Milliseconds since the epoch (UTC). */
export type Instant = number;

/** The only way a decision learns the time. In production it is the database's clock. */
export interface Clock {
  now(): Instant;
}
