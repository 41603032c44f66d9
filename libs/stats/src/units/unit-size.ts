import { NOISE, UNIT_GROUPS } from './design-effect.ts';
import { totalOf, type Bins } from '../samples/drift.ts';

/**
 * How many requests the unit of a request sends, on average over the requests: Σn²/Σn over units. So many fail at once where a unit fails as a
 * whole, which is known before any has (a design effect is estimated from what failed, and says nothing of what has not failed yet). Units fall
 * into groups by a hash, so the variance of the groups' requests over their mean estimates it (a compound Poisson sum), to a quarter for
 * one arm. Both arms have units alike, as they are dealt by lot, so both are taken together; the candidate's own where by more than noise it is
 * larger: a busy unit is on one arm.
 * @param candidate requests by group of units; @param primary the same
 * @returns 1 or more; 1 where nothing was counted by groups
 */
export function unitSize(candidate: Bins, primary: Bins): number {
  return Math.max(1, sizeOver([candidate, primary]), sizeOver([candidate]) / NOISE);
}

function sizeOver(arms: readonly Bins[]): number {
  let [squares, all] = [0, 0];
  for (const requests of arms) {
    const n = totalOf(requests);
    for (let g = 0; g < UNIT_GROUPS; g++) squares += ((requests[String(g)] ?? 0) - n / UNIT_GROUPS) ** 2;
    all += n;
  }
  return all === 0 ? 1 : (squares * UNIT_GROUPS) / (UNIT_GROUPS - 1) / all;
}
