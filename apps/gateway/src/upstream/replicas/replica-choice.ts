/** How an address has done lately. */
export interface Health {
  /** Connections in a row that could not be set up. */
  readonly failures: number;
  /** Times in a row that it was left out. */
  readonly ejections: number;
  /** Until then others are asked, on the process's clock. */
  readonly ejectedUntil: number;
}

/** What may be chosen. */
export interface Choosable {
  /** Requests under way. */
  readonly busy: number;
  readonly health: Health;
}

export const WELL: Health = { failures: 0, ejections: 0, ejectedUntil: -Infinity };

/** So many connections in a row fail before an address is left out. */
export const FAILURES = 3;
/** For so long at first; twice as long each time again, up to the last. */
export const FIRST_EJECTION_MS = 1_000;
export const MOST_EJECTION_MS = 30_000;

/**
 * What is known of an address once a connection to it could not be set up. Those that fail while it is left out were under
 * way before: a burst counts once. One that is tried again and fails again is left out at once. Pure.
 */
export function afterFailure(health: Health, now: number): Health {
  if (isEjected(health, now)) return health;
  const failures = health.failures + 1;
  if (failures < FAILURES) return { ...health, failures };
  const ms = Math.min(MOST_EJECTION_MS, FIRST_EJECTION_MS * 2 ** health.ejections);
  return { failures, ejections: health.ejections + 1, ejectedUntil: now + ms };
}

export const isEjected = ({ ejectedUntil }: Health, now: number): boolean => now < ejectedUntil;

/** Is it left out, by what probes say of it? */
export type IsOut<T> = (one: T) => boolean;
const NOBODY_IS = (): boolean => false;

/**
 * Least requests of two: of two that are drawn, the one with fewer requests under way. Nearly as even as looking at all of
 * them, and gateways that do not know of each other do not all run to the same one (Mitzenmacher, "The power of two
 * choices", 2001). Those that are left out are drawn only where there are no others. Pure.
 * @param random from 0 to 1, without 1
 * @param isOut by probes; those that connections fail to are tried rather than these
 * @returns `undefined` where there is nothing to choose
 */
export function chooseReplica<T extends Choosable>(
  all: readonly T[],
  now: number,
  random: () => number,
  isOut: IsOut<T> = NOBODY_IS,
): T | undefined {
  const well = all.filter((one) => !isEjected(one.health, now) && !isOut(one));
  const others = well.length > 0 ? well : all.filter((one) => !isOut(one));
  const among = others.length > 0 ? others : all;
  if (among.length < 2) return among[0];
  const first = Math.floor(random() * among.length);
  let second = Math.floor(random() * (among.length - 1));
  if (second >= first) second++;
  const [one, other] = [among[first], among[second]];
  return one && other && other.busy < one.busy ? other : one;
}

/** In which order addresses are tried: the chosen one, those that do well, those that are left out. Pure. */
export function inOrder<T extends Choosable>(all: readonly T[], chosen: T | null, now: number): T[] {
  const rank = (one: T): number =>
    one === chosen ? -Infinity : one.busy + (isEjected(one.health, now) ? 1e9 : 0);
  return [...all].sort((a, b) => rank(a) - rank(b));
}
