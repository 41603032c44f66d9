import type { Instant } from '#libs/kernel';

/** When a step's clock began to run, and since when it stands still. */
export interface StepClock {
  readonly stepStartedAt: Instant | null;
  readonly clockStoppedAt: Instant | null;
}

/** How long the clock of the present step has run, in ms; 0 before it started. */
export function elapsedIn({ stepStartedAt, clockStoppedAt }: StepClock, now: Instant): number {
  return stepStartedAt === null ? 0 : Math.max(0, (clockStoppedAt ?? now) - stepStartedAt);
}
