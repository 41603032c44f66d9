import { describe, expect, it } from '@jest/globals';
import { outages, playCanary, type World } from '../support/play-canary.ts';

/** More seeds were measured (docs/judgement.md). */
const SEEDS = [1, 2];
const canary = (world: Partial<World> & Pick<World, 'fails'>): World => ({
  ...{ perSecond: 20, seconds: 240, lookEvery: 10 },
  ...world,
});

describe('trips and gates together', () => {
  it.each<[string, World, number]>([
    ['dead', canary({ fails: () => 1, lookEvery: 1 }), 20],
    ['dead, with one request a second', canary({ perSecond: 1, fails: () => 1 }), 30],
    ['dead, and no gate sees it', canary({ fails: () => 1, noGates: true }), 60],
    ['failing half of the time', canary({ fails: () => 0.5, lookEvery: 1 }), 10],
    ['dying over two minutes', canary({ fails: (s) => Math.min(1, s / 120) }), 60],
    ['dead after it was well for a minute', canary({ fails: (s) => (s > 60 ? 1 : 0.002) }), 60 + 80],
  ])('take a candidate off that is %s', (_title, world, within) => {
    for (const seed of SEEDS) {
      const { at } = playCanary(world, seed);
      expect(at).not.toBeNull();
      expect(at).toBeLessThanOrEqual(within);
    }
  });

  it.each([
    ['60 % for 5 s each minute', { p: 0.6, secs: 5, every: 60 }],
    ['90 % for 2 s each two minutes', { p: 0.9, secs: 2, every: 120 }],
    ['all for half a second each two minutes', { p: 1, secs: 0.5, every: 120 }],
  ])('lose no good candidate to short outages of its own: %s', (_title, outage) => {
    for (const seed of SEEDS)
      expect(playCanary(canary({ fails: outages(seed, outage) }), seed)).toMatchObject({ at: null });
  });

  it('one gateway of twenty that cannot reach the candidate ends nothing for the others', () => {
    const cutOff = canary({
      perSecond: 40,
      gateways: 20,
      fails: (_s, gateway) => (gateway === 0 ? 1 : 0.002),
    });
    for (const seed of SEEDS) expect(playCanary(cutOff, seed)).toMatchObject({ at: null });
  });
});
