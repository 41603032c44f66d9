import {
  decide,
  DEFAULT_POLICY_DOCUMENT,
  NO_STEP_EVIDENCE,
  parsePolicy,
  type RolloutView,
  tripsProveHarm,
  type TripSeen,
} from '#libs/rollout';
import {
  BLOCKED,
  bucketIndex,
  coarseBucket,
  EMPTY_TALLY,
  HISTOGRAM,
  mergeBlocks,
  sliceAt,
  type Tally,
  unitBlock,
} from '#libs/stats';
import type { Route } from '#libs/traffic';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';
import { LocalTrips, type Trip } from '../../apps/gateway/src/trips/local-trips.ts';

/** One arm's requests as gateways count them. */
class Arm {
  private requests = 0;
  private errors = 0;
  private readonly latency: Record<string, number> = {};
  private readonly units: Record<string, Record<string, number>> = { requests: {}, errors: {} };
  private readonly blocks: Record<string, Record<string, Record<string, number>>> = {
    [BLOCKED.latency]: {},
    [BLOCKED.error]: {},
  };

  count(seconds: number, group: number, ms: number, failed: boolean): void {
    this.requests++;
    const add = (to: Record<string, number>, key: string, by = 1) => (to[key] = (to[key] ?? 0) + by);
    const block = (name: string, key: string) => ((this.blocks[name] ??= {})[key] ??= {});
    add(this.latency, String(bucketIndex(ms)));
    add(this.units['requests'] ?? {}, String(group));
    const slice = sliceAt(seconds * 1_000);
    for (const key of [slice, unitBlock(group)]) add(block(BLOCKED.latency, key), String(coarseBucket(ms)));
    add(block(BLOCKED.error, slice), 'n');
    add(block(BLOCKED.error, slice), 'sum', failed ? 1 : 0);
    if (!failed) return;
    this.errors++;
    add(this.units['errors'] ?? {}, String(group));
  }

  tally(): Tally {
    const { requests, errors, latency, units, blocks } = this;
    return {
      ...{ ...EMPTY_TALLY, requests, errors, latency: { count: requests, buckets: latency } },
      histograms: {
        [HISTOGRAM.unitRequests]: units['requests'] ?? {},
        ...(errors > 0 && { [HISTOGRAM.unitErrors]: units['errors'] ?? {} }),
      },
      blocks: Object.fromEntries(Object.entries(blocks).map(([name, all]) => [name, mergeBlocks([all])])),
    };
  }
}

export interface World {
  /** Requests of each arm a second, over all gateways. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly gateways?: number;
  /** How likely the candidate fails a request at a second, at a gateway; the primary fails 0.2 %. */
  readonly fails: (second: number, gateway: number) => number;
  /** The policy has no gates, so that only trips can end it. */
  readonly noGates?: boolean;
  /** Seconds between looks; 1. */
  readonly lookEvery?: number;
}

const STEP = 4;
const policyOf = (noGates: boolean) =>
  parsePolicy({
    ...DEFAULT_POLICY_DOCUMENT,
    ...(noGates && { gates: [], promoteWhen: 'notFailed' }),
  });

/**
 * A canary at 50 % by the default policy: gateways with their trips, units that are many, and the worker's looks. What it says of trips is
 * what `take-trip.ts` does.
 * @returns when it was rolled back, by what, and how many requests the candidate had
 */
export function playCanary(world: World, seed: number) {
  const { perSecond, seconds, gateways = 1, fails, lookEvery = 1 } = world;
  const random = seededRandom(seed);
  const policy = policyOf(world.noGates ?? false);
  let now = 0;
  const told: { readonly gateway: string; readonly trip: Trip }[] = [];
  const trips = Array.from(
    { length: gateways },
    (_, i) =>
      new LocalTrips(
        (trip) => told.push({ gateway: String(i), trip }),
        () => now * 1_000,
      ),
  );
  const arms = { candidate: new Arm(), primary: new Arm() };
  let asked = 0;
  let nextLook = lookEvery;
  const view: RolloutView = {
    ...{
      state: 'running',
      stepIndex: STEP,
      stepStartedAt: 0,
      clockStoppedAt: null,
      policy,
      hasPrimary: true,
    },
    ...{ deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [], attempt: 1 },
    ...{ lastGoodPrimaryAt: null, blockedBy: null, overridesFreeze: false },
  };
  for (let i = 0; i < seconds * perSecond * 2; i++) {
    now = i / (2 * perSecond);
    const gateway = Math.floor(random() * gateways);
    const own = trips[gateway];
    if (!own) continue;
    const isPaused = own.isTripped(route);
    // Arms stand still in a pause, and in the trial behind it while enough is under way.
    if (isPaused && !own.isTrying(route)) continue;
    const group = Math.floor(random() * 32);
    const ms = 10 + 10 * random();
    if (i % 2 === 1) {
      const failed = random() < 0.002;
      own.notePrimary(route, failed);
      arms.primary.count(EPOCH + now, group, ms, failed);
    } else {
      const failed = random() < fails(now, gateway);
      asked++;
      if (failed || isPaused) own.notePrimary(route, false);
      if (isPaused) own.tryOut(route, false)?.settle(failed ? 'failed' : 'answered');
      else own.note(route, failed);
      arms.candidate.count(EPOCH + now, group, ms, failed);
    }
    const proof = told.length > 0 ? byTrips(told, gateways) : null;
    if (proof) return { at: now, by: 'trips', asked, trips: told.length };
    if (now < nextLook) continue;
    nextLook += lookEvery;
    const here = {
      ...NO_STEP_EVIDENCE,
      candidate: arms.candidate.tally(),
      primary: arms.primary.tally(),
    };
    const decision = decide(view, { [STEP]: here }, now * 1_000);
    if (decision.kind === 'rollback' || decision.kind === 'pause')
      return { at: now, by: decision.because.split(':')[0] ?? '', asked, trips: told.length };
  }
  return { at: null, by: '', asked, trips: told.length };
}

const EPOCH = 1_700_000_000;
/** Of the first try of a policy with an alpha of 5 %. */
const ALPHA = 0.05 * 0.75;
const byTrips = (told: readonly { gateway: string; trip: Trip }[], gateways: number) =>
  tripsProveHarm(
    told.map(({ gateway, trip }): TripSeen => ({ gateway, failures: trip.failures, inARow: trip.inARow })),
    ALPHA,
    gateways,
  );

const route: Route = {
  ...{ model: 'm', salt: 's', revision: 1, rolloutId: 'r', outputSpec: null, reading: null },
  primary: { version: 1, url: 'http://p' },
  candidate: { version: 2, url: 'http://c', mode: 'canary', weight: 5_000 },
};

/** Outages of the candidate's own: so long, on average so far apart, with so many failures. */
export function outages(seed: number, { p, secs, every }: { p: number; secs: number; every: number }) {
  const random = seededRandom(seed * 7_919);
  const begin: number[] = [];
  for (let at = -Math.log(1 - random()) * every; at < 3_600; at -= Math.log(1 - random()) * every)
    begin.push(at);
  return (second: number): number => (begin.some((at) => second >= at && second < at + secs) ? p : 0.002);
}
