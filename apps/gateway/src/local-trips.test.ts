import { describe, expect, it } from '@jest/globals';
import { tripsProveHarm } from '#libs/rollout';
import { seededRandom } from '../../../libs/stats/src/seeded-random.fixture.ts';
import { type Route } from '#libs/traffic';
import { LocalTrips, type Trip } from './local-trips.ts';

const routeOf = (weight: number): Route => ({
  ...{ model: 'm', salt: 's', revision: 1, rolloutId: 'r', outputSpec: null, reading: null },
  primary: { version: 1, url: 'http://p' },
  candidate: { version: 2, url: 'http://c', mode: 'canary', weight: weight * 10_000 },
});

interface World {
  readonly weight: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** How likely each version fails a request at a second. */
  readonly fails: (second: number) => { readonly primary: number; readonly candidate: number };
}

/** Requests as a gateway deals them: where the candidate fails, the primary is asked in its stead. */
function simulate({ weight, perSecond, seconds, fails }: World, seed: number) {
  const random = seededRandom(seed);
  let now = 0;
  const told: Trip[] = [];
  const trips = new LocalTrips(
    (trip) => told.push(trip),
    () => now,
  );
  const route = routeOf(weight);
  let asked = 0;
  let rolledBackAt: number | null = null;
  for (let i = 0; i < perSecond * seconds && rolledBackAt === null; i++) {
    now = (i / perSecond) * 1_000;
    const rate = fails(now / 1_000);
    const isCandidates = random() < weight && !trips.isTripped(route);
    const primary = random() < rate.primary;
    if (!isCandidates) trips.notePrimary(route, primary);
    else {
      asked++;
      const failed = random() < rate.candidate;
      if (failed) trips.notePrimary(route, primary);
      // Where both fail it is the request or the world.
      if (failed && primary) trips.noteBoth(route);
      else trips.note(route, failed);
    }
    // The api, that judges what it is told.
    const seen = told.map(({ failures, inARow }) => ({ gateway: 'g', failures, inARow }));
    if (tripsProveHarm(seen, 0.0375, 1) !== null) rolledBackAt = now / 1_000;
  }
  return { pauses: told.length, asked, rolledBackAt };
}

const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);
const WEIGHTS = [
  { weight: 0.1, perSecond: 100 },
  { weight: 0.5, perSecond: 40 },
  { weight: 0.9, perSecond: 40 },
  { weight: 0.5, perSecond: 2 },
];

describe('a local trip', () => {
  it.each([
    ['40 % of all requests fail for three minutes', 180, () => ({ primary: 0.4, candidate: 0.4 })],
    [
      'everything fails half of the time, in turns of a second',
      180,
      (s: number) => (s % 2 < 1 ? { primary: 1, candidate: 1 } : { primary: 0.01, candidate: 0.01 }),
    ],
    [
      'an outage comes up slowly and goes',
      240,
      (s: number) => ({
        primary: Math.sin((s / 240) * Math.PI) * 0.9,
        candidate: Math.sin((s / 240) * Math.PI) * 0.9,
      }),
    ],
  ])('loses no good candidate: %s', (_title, seconds, fails) => {
    const lost = WEIGHTS.flatMap((traffic) =>
      SEEDS.filter((seed) => simulate({ ...traffic, seconds, fails }, seed).rolledBackAt !== null),
    );
    expect(lost).toEqual([]);
  });

  it.each(WEIGHTS)('takes a dead candidate off by its pauses in a row: %j', (traffic) => {
    for (const seed of SEEDS) {
      const dead = { primary: 0.01, candidate: 1 };
      const { asked, rolledBackAt } = simulate({ ...traffic, seconds: 150, fails: () => dead }, seed);
      expect(asked).toBeLessThanOrEqual(60);
      expect(rolledBackAt).not.toBeNull();
    }
  });

  it('that proves nothing is a pause: callers come back, and longer pauses follow', () => {
    let now = 0;
    const told: Trip[] = [];
    const trips = new LocalTrips(
      (trip) => told.push(trip),
      () => now,
    );
    const route = routeOf(0.5);
    const fail = (): void => {
      trips.notePrimary(route, false);
      trips.note(route, true);
    };
    for (let i = 0; i < 8; i++) fail();
    expect(trips.isTripped(route)).toBe(true);
    now += 4_999;
    expect(trips.isTripped(route)).toBe(true);
    now += 1;
    expect(trips.isTripped(route)).toBe(false);
    for (let i = 0; i < 8; i++) fail();
    expect(told.map(({ pauseMs, inARow, number }) => [pauseMs, inARow, number])).toEqual([
      [5_000, 8, 1],
      [10_000, 16, 2],
    ]);
  });

  it('told by another process never shortens a pause of its own', () => {
    let now = 0;
    const trips = new LocalTrips(
      () => undefined,
      () => now,
    );
    const route = routeOf(0.5);
    const other = { rolloutId: 'r', version: 2 };
    trips.takeOver({ ...other, pauseMs: 40_000 });
    trips.takeOver({ ...other, pauseMs: 5_000 });
    now = 39_999;
    expect(trips.isTripped(route)).toBe(true);
    trips.takeOver({ ...other, pauseMs: 5_000 });
    now = 44_998;
    expect(trips.isTripped(route)).toBe(true);
    now = 44_999;
    expect(trips.isTripped(route)).toBe(false);
  });

  it('does not come where the primary has trouble of its own, or has not been asked', () => {
    const trips = new LocalTrips(
      () => undefined,
      () => 0,
    );
    const route = routeOf(0.5);
    for (let i = 0; i < 20; i++) trips.note(route, true);
    expect(trips.isTripped(route)).toBe(false);
    for (let i = 0; i < 20; i++) trips.notePrimary(route, i % 5 === 0);
    trips.note(route, true);
    expect(trips.isTripped(route)).toBe(false);
  });
});
