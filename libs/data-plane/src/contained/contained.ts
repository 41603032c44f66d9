import type { EventEmitter } from 'node:events';
import { faults, type Place } from './faults.ts';

/**
 * What a peer has started: a connection, an exchange, a copy. The only place where callbacks are hung up:
 * one that throws ends its owner and is counted, never the process (ADR 13). ESLint forbids listeners and
 * timers elsewhere in the gateway.
 */
export interface Owner {
  /** What it is called in the metric `understudy_gateway_faults_total`. */
  readonly place: Place;
  /** Ends it: its connections are closed, what it holds is given back. */
  endBy(error: unknown): void;
}

/** Counts what was thrown, and ends its owner. Never throws. */
export function fault(owner: Owner, error: unknown): void {
  try {
    faults.count(owner.place, error);
    owner.endBy(error);
  } catch (second) {
    faults.count(owner.place, second);
  }
}

/** Runs a step now. @returns whether it ended without an error */
export function contain(owner: Owner, step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    fault(owner, error);
    return false;
  }
}

/** A callback that can be handed to anybody. */
export const contained =
  <T>(owner: Owner, step: (value: T) => void): ((value: T) => void) =>
  (value) => {
    try {
      step(value);
    } catch (error) {
      fault(owner, error);
    }
  };

/** Listens to an event; what it carries beyond its first argument is dropped. */
export function on<T = unknown>(
  owner: Owner,
  emitter: EventEmitter,
  event: string,
  step: (value: T) => void,
): void {
  emitter.on(event, contained(owner, step));
}

export function once<T = unknown>(
  owner: Owner,
  emitter: EventEmitter,
  event: string,
  step: (value: T) => void,
): void {
  emitter.once(event, contained(owner, step));
}

export const after = (owner: Owner, ms: number, step: () => void): NodeJS.Timeout =>
  setTimeout(contained<unknown>(owner, step), ms);

export const every = (owner: Owner, ms: number, step: () => void): NodeJS.Timeout =>
  setInterval(contained<unknown>(owner, step), ms);

/** As soon as what runs now has returned. */
export const soon = (owner: Owner, step: () => void): void =>
  process.nextTick(contained<unknown>(owner, step));

/** At the end of this turn of the event loop. */
export const atTurnEnd = (owner: Owner, step: () => void): void =>
  void setImmediate(contained<unknown>(owner, step));

/** Waits for a promise without awaiting it. */
export function whenSettled<T>(
  owner: Owner,
  promise: Promise<T>,
  fulfilled: (value: T) => void,
  rejected: (error: unknown) => void,
): void {
  promise.then(contained(owner, fulfilled), contained(owner, rejected));
}

/** What belongs to no peer: the process's own timers. Its next turn comes; nothing is to be ended. */
export const PROCESS: Owner = { place: 'process', endBy: () => undefined };
