import type { FaultKind, Place } from '../schedule.ts';

/** How a fault ends; resolves when what was broken runs again. */
export type End = () => Promise<void> | void;

/** A place that can be broken. */
export interface BreakablePlace extends Place {
  /** @param delayMs of each piece, where the kind is `delay` */
  readonly begin: (kind: FaultKind, delayMs: number) => Promise<End> | End;
}
