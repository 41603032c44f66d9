import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sceneAt, sceneCount, SCENES } from './scenes.ts';
import { drawRound, KINDS, type Place } from './schedule.ts';

const PLACES: readonly Place[] = [
  { name: 'api → database', kind: 'connection', weight: 4 },
  { name: 'worker-1', kind: 'process', weight: 2 },
  { name: 'database', kind: 'database', weight: 4 },
];

it('a round is a function of seed and number; each fault fits its place and ends within the round; one at a place', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.nat(200), fc.integer({ min: 4_000, max: 60_000 }), (seed, n, ms) => {
      const faults = drawRound(seed, n, PLACES, ms);
      expect(drawRound(seed, n, PLACES, ms)).toEqual(faults);
      expect(faults.length).toBeGreaterThan(0);
      expect(new Set(faults.map(({ place }) => place)).size).toBe(faults.length);
      for (const { place, kind, startMs, lengthMs } of faults) {
        const where = PLACES.find(({ name }) => name === place);
        expect(where && (KINDS[where.kind] as readonly string[])).toContain(kind);
        expect(lengthMs).toBeGreaterThan(0);
        expect(startMs + lengthMs).toBeLessThanOrEqual(ms);
      }
    }),
  );
});

it('every kind of fault at every kind of place comes up', () => {
  const drawn = new Set<string>();
  for (let round = 0; round < 200; round++)
    for (const { place, kind } of drawRound(7, round, PLACES, 10_000)) drawn.add(`${place}: ${kind}`);
  const all = PLACES.flatMap(({ name, kind }) => KINDS[kind].map((one) => `${name}: ${one}`));
  expect([...drawn].sort()).toEqual(all.sort());
});

it('each scene that the places allow comes once before any comes again, in an order of the seed', () => {
  const places = ['redis', 'gateway-1 disk'];
  const turn = (seed: number, from: number): string[] =>
    Array.from({ length: sceneCount(places) }, (_, i) => sceneAt(seed, from + i, places).name);
  for (const seed of [1, 2, 3]) {
    const [first, second] = [turn(seed, 0), turn(seed, sceneCount(places))];
    expect(new Set(first).size).toBe(first.length);
    expect(second.toSorted()).toEqual(first.toSorted());
    expect(turn(seed, 0)).toEqual(first);
  }
  expect(turn(1, 0)).not.toEqual(turn(2, 0));
  expect(SCENES.length - sceneCount(places)).toBe(1); // no clock
});
