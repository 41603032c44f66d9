import { addOutcome, DEFAULT_TRIP, isTripped, type Recent, type Route, type TripRule } from '#libs/traffic';

/** A candidate that this gateway sends no more callers to, on its way to the api. */
export interface Trip {
  readonly model: string;
  readonly rolloutId: string;
  readonly version: number;
  readonly failures: number;
  readonly of: number;
}

/**
 * Stops sending callers to a candidate that fails hard, at once and without the api; the api makes
 * a rollback of it. For the rest of that rollout: a gateway may lower a candidate's share by itself,
 * never raise it.
 */
export class LocalTrips {
  private readonly recent = new Map<string, Recent>();
  private readonly tripped = new Set<string>();
  private unreported: Trip[] = [];

  /** @param onTrip told once, when this process has stopped sending callers to a candidate */
  constructor(private readonly onTrip: (trip: Trip) => void) {}

  /** Another process of this machine has. */
  takeOver({ rolloutId, version }: Pick<Trip, 'rolloutId' | 'version'>): void {
    this.tripped.add(`${rolloutId} ${version}`);
  }

  isTripped(route: Route): boolean {
    return this.tripped.size > 0 && this.tripped.has(keyOf(route) ?? '');
  }

  /** @param failed the candidate failed, and the primary answered the same request */
  note(route: Route, failed: boolean): void {
    const key = keyOf(route);
    const rule = ruleOf(route);
    if (key === null || rule === null || this.tripped.has(key)) return;
    const before = this.recent.get(key);
    if (!before && !failed) return; // nearly all requests of nearly all candidates
    const recent = addOutcome(before ?? [], failed, rule);
    this.recent.set(key, recent);
    if (!isTripped(recent, rule) || !route.candidate || route.rolloutId === null) return;
    this.tripped.add(key);
    const { model, rolloutId } = route;
    const failures = recent.filter(Boolean).length;
    const trip = { model, rolloutId, version: route.candidate.version, failures, of: recent.length };
    this.unreported.push(trip);
    this.onTrip(trip);
  }

  /** Trips that the api has not been told of. */
  drain(): Trip[] {
    const trips = this.unreported;
    this.unreported = [];
    return trips;
  }

  /** Forgets rollouts that no route names any more. */
  keep(rolloutIds: ReadonlySet<string>): void {
    for (const known of [this.recent, this.tripped])
      for (const key of known.keys()) if (!rolloutIds.has(key.split(' ')[0] ?? '')) known.delete(key);
  }
}

const keyOf = ({ rolloutId, candidate }: Route): string | null =>
  rolloutId === null || candidate === null ? null : `${rolloutId} ${candidate.version}`;

function ruleOf({ reading }: Route): TripRule | null {
  return reading?.trip === undefined ? DEFAULT_TRIP : reading.trip;
}
