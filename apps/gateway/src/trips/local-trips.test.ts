import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tripsProveHarm } from '#libs/rollout';
import { seededRandom } from '../../../../libs/stats/src/seeded-random.fixture.ts';
import { type Route } from '#libs/traffic';
import { LocalTrips, type Trip } from './local-trips.ts';
import type { Slot } from './trial.ts';

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
  let [asked, waited] = [0, 0];
  let rolledBackAt: number | null = null;
  for (let i = 0; i < perSecond * seconds && rolledBackAt === null; i++) {
    now = (i / perSecond) * 1_000;
    const rate = fails(now / 1_000);
    const isCandidates = random() < weight;
    const slot = isCandidates && trips.isTrying(route) ? trips.tryOut(route, false) : null;
    const primary = random() < rate.primary;
    if (trips.isTripped(route)) {
      // The primary answers; where it does, a copy goes to the candidate.
      trips.notePrimary(route, primary);
      if (slot) asked++;
      slot?.settle(primary ? 'neither' : random() < rate.candidate ? 'failed' : 'answered');
    } else if (!isCandidates) trips.notePrimary(route, primary);
    else {
      asked++;
      waited++;
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
  return { pauses: told.length, asked, waited, rolledBackAt };
}

function open() {
  const clock = { now: 0 };
  const [told, back]: [Trip[], Route[]] = [[], []];
  const trips = new LocalTrips(
    (trip) => told.push(trip),
    () => clock.now,
    (route) => back.push(route),
  );
  return { clock, told, back, trips, route: routeOf(0.5) };
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
      const { asked, waited, rolledBackAt } = simulate({ ...traffic, seconds: 200, fails: () => dead }, seed);
      expect(asked).toBeLessThanOrEqual(60);
      // Callers meet it once, however often it is tried.
      expect(waited).toBeLessThanOrEqual(10);
      expect(rolledBackAt).not.toBeNull();
    }
  });

  it('that proves nothing is a pause: copies are tried after it, callers come back once it answers, and longer pauses follow', () => {
    const { trips, told, route, back, clock } = open();
    const fail = (): void => {
      trips.notePrimary(route, false);
      trips.note(route, true);
    };
    for (let i = 0; i < 8; i++) fail();
    clock.now += 4_999;
    expect([trips.isTripped(route), trips.isTrying(route)]).toEqual([true, false]);
    clock.now += 1;
    expect([trips.isTripped(route), trips.isTrying(route)]).toEqual([true, true]);
    // What was under way when the pause began says nothing about this moment.
    for (let i = 0; i < 20; i++) fail();
    for (let i = 0; i < 8; i++) trips.tryOut(route, false)?.settle('failed');
    expect(told.map(({ pauseMs, inARow, number }) => [pauseMs, inARow, number])).toEqual([
      [5_000, 8, 1],
      [10_000, 16, 2],
    ]);
    clock.now += 10_000;
    const [first, second] = [trips.tryOut(route, false), trips.tryOut(route, false)];
    first?.settle('answered');
    second?.settle('answered');
    second?.settle('answered'); // once is all that counts
    expect([trips.isTripped(route), back.length]).toEqual([true, 0]);
    trips.tryOut(route, false)?.settle('answered');
    expect([trips.isTripped(route), back.length]).toEqual([false, 1]);
  });

  it('has no more requests of a trial under way than the rule looks at, and of those that callers wait for one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ waits: fc.boolean(), settles: fc.option(fc.nat(9)) }), { maxLength: 60 }),
        (steps) => {
          const { trips, route, clock } = open();
          for (let i = 0; i < 8; i++) {
            trips.notePrimary(route, false);
            trips.note(route, true);
          }
          clock.now += 5_000;
          let underWay: { readonly slot: Slot; readonly waits: boolean }[] = [];
          for (const { waits, settles } of steps) {
            const slot = trips.tryOut(route, waits);
            if (slot) underWay.push({ slot, waits });
            expect(underWay.length).toBeLessThanOrEqual(10);
            const waiting = underWay.filter((one) => one.waits).length;
            expect(waiting === 0 || underWay.length === 1).toBe(true);
            if (settles === null) continue;
            underWay[settles]?.slot.settle('neither');
            underWay = underWay.filter((_, at) => at !== settles);
          }
          for (const { slot } of underWay) slot.settle('neither');
          // Whatever came of them, it goes on.
          expect(trips.isTrying(route)).toBe(true);
        },
      ),
    );
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
    expect([trips.isTripped(route), trips.isTrying(route)]).toEqual([true, false]);
    trips.takeOver({ ...other, pauseMs: 5_000 });
    now = 44_998;
    expect([trips.isTripped(route), trips.isTrying(route)]).toEqual([true, false]);
    now = 44_999;
    expect([trips.isTripped(route), trips.isTrying(route)]).toEqual([true, true]);
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
