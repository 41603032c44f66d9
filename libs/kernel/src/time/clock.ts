/** Milliseconds since the epoch (UTC). */
export type Instant = number;

/** Writes an instant for people, to the second (rounded up): `2026-11-24T03:10:00Z`. */
export const formatInstant = (at: Instant): string =>
  `${new Date(Math.ceil(at / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;

/** The only way a decision learns the time. In production it is the database's clock. */
export interface Clock {
  now(): Instant;
}

/** A clock is slewed by less (NTP); what is farther ahead of it was written before it was set back. Milliseconds. */
export const SLEW_MS = 1_000;

/**
 * How long ago a stored instant was, in ms. An instant that is still to come was written before a clock was set back: nobody knows how long ago that
 * was, and `null` makes who asks decide. Ages of stored instants are compared by this alone (a rule of ESLint): `now - at` would be negative, and a
 * window would last for as long as the clock had been ahead.
 */
export const agoMs = (at: Instant, now: Instant): number | null =>
  at > now + SLEW_MS ? null : Math.max(0, now - at);
