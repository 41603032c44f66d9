/** A gateway that stopped sending callers to a candidate for a while, as it is told. */
export interface TripSeen {
  readonly gateway: string;
  /** So many requests failed where the primary answered the very same request. */
  readonly failures: number;
  /** So many failed one after the other up to then, those before earlier pauses included; `Infinity`: it stops for good. */
  readonly inARow: number;
}

/** The part of a try's alpha that trips may spend; the gates have the rest (`error-budget.ts`). */
export const TRIPS_SHARE = 1 / 10;

/**
 * What is taken for granted of a good candidate: that at a moment which was not chosen for what it shows, it fails so hard that callers are
 * paused before it has answered one of them, happens at most once in ten such moments. (Out of order 10 % of the time, each time outright.)
 */
const WORST_MOMENT = 1 / 10;

/**
 * Is it proven by trips alone that a candidate does harm? A trip by itself proves nothing: its window was chosen because it was bad, and an
 * outage of half a second is one. The moments at which pauses end are chosen by the clock (5 s later, then 10 s, 20 s, ...). So what counts
 * are pauses in a row with not one answer between them: n of them after the first have a chance of at most `WORST_MOMENT` to the power n.
 * The m-th row of a rollout, over all of its gateways, may spend 1/(m(m + 1)) of the trips' part (Σ = 1), so that together good candidates
 * are lost to trips with at most that part of alpha, however long the rollout takes. Of the first row three further pauses are proof, some 40 s after
 * the first one. Gates judge the same requests, and mostly are sooner.
 * @param trips of the version in this rollout, oldest first, those in a start period left out
 * @param alpha of this try
 * @param gateways live ones that serve the model: one that alone cannot reach the candidate says something about itself
 * @returns the gateways that prove it; `null`: it is not proven
 */
export function tripsProveHarm(
  trips: readonly TripSeen[],
  alpha: number,
  gateways: number,
): readonly string[] | null {
  const rows = new Map<string, { readonly last: TripSeen; readonly pauses: number; readonly nth: number }>();
  let begun = 0;
  for (const trip of trips) {
    const row = rows.get(trip.gateway);
    const goesOn = row !== undefined && trip.inARow >= row.last.inARow + trip.failures;
    if (!goesOn) begun++;
    const [more, nth] = goesOn ? [row.pauses + 1, row.nth] : [0, begun];
    // One that never sends callers again has said its last word.
    const pauses = trip.inARow === Infinity ? Infinity : more;
    rows.set(trip.gateway, { last: trip, pauses, nth });
  }
  const proving = [...rows].filter(
    ([, { pauses, nth }]) => WORST_MOMENT ** pauses <= (alpha * TRIPS_SHARE) / (nth * (nth + 1)),
  );
  const needed = gateways > 1 ? 2 : 1;
  return proving.length >= needed ? proving.map(([gateway]) => gateway) : null;
}
