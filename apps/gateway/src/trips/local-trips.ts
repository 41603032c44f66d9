import {
  addOutcome,
  DEFAULT_TRIP,
  isTripped,
  PrimaryHealth,
  type Recent,
  type Route,
  type TripRule,
} from '#libs/traffic';
import { type Slot, Trial } from './trial.ts';

/** A candidate that this gateway sends no callers to for a while, on its way to the api. */
export interface Trip {
  readonly model: string;
  readonly rolloutId: string;
  readonly version: number;
  readonly failures: number;
  readonly of: number;
  /** Failures one after the other up to now, those before pauses included. */
  readonly inARow: number;
  /** The primary's answers of the same seconds. */
  readonly primaryFailures: number;
  readonly primaryOf: number;
  /** How long it gets no callers, unless the api takes it off. */
  readonly pauseMs: number;
  /** Which trip of this process it is, from 1. */
  readonly number: number;
}

/** The first pause; each further one is twice as long, up to the longest. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

interface Known {
  recent: Recent;
  inARow: number;
  pauses: number;
  readonly primary: PrimaryHealth;
}

/**
 * Stops sending callers to a candidate that fails hard where the primary is well, at once and without the api: a pause.
 * Callers come back once copies of a few requests have been answered (`Trial`). The gates judge what came of all of them; the api ends the rollout where pause follows pause without an answer. A gateway may
 * lower a candidate's share by itself, never raise it above the route's.
 */
export class LocalTrips {
  private readonly known = new Map<string, Known>();
  /** Candidates that get no callers: a pause, and the trial behind it. */
  private readonly trials = new Map<string, Trial>();
  private unreported: Trip[] = [];
  private told = 0;

  /**
   * @param onTrip told when this process has stopped sending callers to a candidate
   * @param now a clock that only goes forward, in ms
   * @param onBack told when it sends them again
   */
  constructor(
    private readonly onTrip: (trip: Trip) => void,
    private readonly now: () => number = () => performance.now(),
    private readonly onBack: (route: Route) => void = () => undefined,
  ) {}

  /** Another process of this machine has. */
  takeOver({ rolloutId, version, pauseMs }: Pick<Trip, 'rolloutId' | 'version' | 'pauseMs'>): void {
    this.pause(`${rolloutId} ${version}`, pauseMs);
  }

  /** No caller goes to the candidate now: a pause, or the trial behind it. */
  isTripped(route: Route): boolean {
    return this.trials.size > 0 && this.trials.has(keyOf(route) ?? '');
  }

  /** Of a candidate that is tripped: is its next request one of the trial, and is what comes to the primary meanwhile in its arm? */
  isTrying(route: Route): boolean {
    const trial = this.trials.get(keyOf(route) ?? '');
    return trial?.isOpen(ruleOf(route) ?? DEFAULT_TRIP, this.now()) === true;
  }

  /**
   * Begins with one request of the trial, where it is open.
   * @param waits its caller waits for the candidate's answer, as it must not be sent twice
   */
  tryOut(route: Route, waits: boolean): Slot | null {
    const key = keyOf(route) ?? '';
    const trial = this.trials.get(key);
    const rule = ruleOf(route) ?? DEFAULT_TRIP;
    if (!trial?.isOpen(rule, this.now()) || (waits && trial.isBusy)) return null;
    trial.begin(waits);
    let isSettled = false;
    return {
      settle: (tried) => {
        if (isSettled) return;
        isSettled = true;
        const proven = trial.settle(tried, waits, rule);
        // It was of an earlier pause.
        if (this.trials.get(key) !== trial || tried === 'neither') return;
        const known = this.of(key);
        known.inARow = tried === 'failed' ? known.inARow + 1 : 0;
        if (proven === 'fails') this.trip(route, key, trial.outcomes);
        if (proven !== 'answers') return;
        this.trials.delete(key);
        known.recent = [];
        this.onBack(route);
      },
    };
  }

  /** The primary has answered: a request of its own, or one in the candidate's stead. */
  notePrimary(route: Route, failed: boolean): void {
    const key = keyOf(route);
    if (key !== null && ruleOf(route) !== null) this.of(key).primary.note(failed, this.now());
  }

  /** Both versions failed the same request: it is the request or the world. It is no failure of the candidate, and no answer of it. */
  noteBoth(route: Route): void {
    this.note(route, false, false);
  }

  /** @param failed the candidate failed, and the primary answered the same request */
  note(route: Route, failed: boolean, answered = !failed): void {
    const key = keyOf(route);
    const rule = ruleOf(route);
    if (key === null || rule === null || this.isTripped(route)) return;
    const known = this.of(key);
    if (answered) known.inARow = 0;
    if (known.recent.length === 0 && !failed) {
      return; // nearly all requests of nearly all candidates
    }
    known.recent = addOutcome(known.recent, failed, rule);
    if (failed) known.inARow++;
    if (isTripped(known.recent, rule)) this.trip(route, key, known.recent);
  }

  private trip(route: Route, key: string, recent: Recent): void {
    const known = this.of(key);
    const now = this.now();
    if (!route.candidate || route.rolloutId === null) return;
    // Where the primary fails too, it is the world; the gates compare the two.
    if (!known.primary.isWell(now)) return;
    const { failures: primaryFailures, of: primaryOf } = known.primary.counts(now);
    const trip: Trip = {
      ...{ model: route.model, rolloutId: route.rolloutId, version: route.candidate.version },
      ...{ failures: recent.filter(Boolean).length, of: recent.length, inARow: known.inARow },
      ...{ primaryFailures, primaryOf },
      pauseMs: Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** known.pauses),
      number: ++this.told,
    };
    known.pauses++;
    known.recent = [];
    this.trials.delete(key);
    this.pause(key, trip.pauseMs);
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
    for (const known of [this.known, this.trials])
      for (const key of known.keys()) if (!rolloutIds.has(key.split(' ')[0] ?? '')) known.delete(key);
  }

  /** A pause never becomes shorter: each process has its own, and they overlap. */
  private pause(key: string, ms: number): void {
    const until = this.now() + ms;
    const trial = this.trials.get(key);
    if (trial) trial.pauseUntil(until);
    else this.trials.set(key, new Trial(until));
  }

  private of(key: string): Known {
    let known = this.known.get(key);
    if (!known)
      this.known.set(key, (known = { recent: [], inARow: 0, pauses: 0, primary: new PrimaryHealth() }));
    return known;
  }
}

/** Asked with each request; a route is the same for thousands of them, and a text made anew is hashed anew. */
const keys = new WeakMap<Route, string | null>();

function keyOf(route: Route): string | null {
  let key = keys.get(route);
  if (key === undefined) keys.set(route, (key = keyOnce(route)));
  return key;
}

const keyOnce = ({ rolloutId, candidate }: Route): string | null =>
  rolloutId === null || candidate?.mode !== 'canary' ? null : `${rolloutId} ${candidate.version}`;

function ruleOf({ reading }: Route): TripRule | null {
  return reading?.trip === undefined ? DEFAULT_TRIP : reading.trip;
}
