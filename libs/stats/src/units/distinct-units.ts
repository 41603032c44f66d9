import { UNIT_GROUPS } from './design-effect.ts';
import type { Bins } from '../samples/drift.ts';

/** So many of the smallest hashes are kept: below it units are counted exactly, above it to an eighth (one standard error). */
export const MOST_UNIT_HASHES = 64;
const HASHES = 2 ** 32;

/**
 * The union of samples of units by their smallest hashes (k minimum values; Bar-Yossef et al. 2002, "Counting distinct elements in a data
 * stream"). It merges in any order, and an arm has no more than `MOST_UNIT_HASHES`.
 * @param parts whole numbers below 2^32, evenly spread
 */
export function mergeUnits(parts: readonly (readonly number[])[]): readonly number[] {
  const all = new Set(parts.flat());
  return [...all].sort((a, b) => a - b).slice(0, MOST_UNIT_HASHES);
}

/** How many distinct units there were. */
export function distinctUnits(hashes: readonly number[]): number {
  const largest = hashes.at(-1);
  if (hashes.length < MOST_UNIT_HASHES || largest === undefined) return hashes.length;
  return Math.round((hashes.length - 1) / ((largest + 1) / HASHES));
}

/**
 * How many distinct units there were, from how many of the groups they fall into had any (linear counting; Whang, Vander-Zanden, Taylor 1990): to
 * a sixth at 50 units. `Infinity` where each group had some, which is so of 130 units or more.
 * @param requests by group
 */
export function unitsByGroups(requests: Bins): number {
  const some = Object.values(requests).filter((n) => n > 0).length;
  return Math.round(-UNIT_GROUPS * Math.log(Math.max(0, 1 - some / UNIT_GROUPS)));
}

/**
 * Distinct units of the candidate that are needed before its safety can be proven, where what is wrong with it may be wrong with a unit as a
 * whole (a session that fails): nothing seen in n units excludes only what happens to more than 3/n of them, at 5 % (the rule of three;
 * Hanley & Lippman-Hand 1983, "If nothing goes wrong, is everything all right?").
 * Before that many, a design effect that is estimated from what failed says nothing of what has not failed yet. Never more than 150, so that
 * a service of some 400 callers can prove a margin of one point: of 150 sessions none fails in 22 % where one in a hundred does.
 * @param margin a share, above 0
 */
export const fewestUnits = (margin: number): number => Math.min(MOST_ASKED, Math.ceil(3 / margin));
const MOST_ASKED = 150;
