import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admitValues, SegmentSlots, slotsAt } from './segment-slots.ts';

const take = (slots: SegmentSlots, values: Iterable<string>): Set<string> => {
  const tracked = new Set<string>();
  for (const value of values) if (slots.take(value)) tracked.add(value);
  return tracked;
};
function* junk(n: number, prefix = 'junk'): Generator<string> {
  for (let i = 0; i < n; i++) yield `${prefix}-${i}`;
}
function* cycle(values: readonly string[], n: number): Generator<string> {
  for (let i = 0; i < n; i++) yield values[i % values.length] ?? '';
}

describe('slots', () => {
  it('open by half at once, and all of them in time; never more than there are', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 50 }), (n, most) => {
        expect(slotsAt(n, most)).toBeGreaterThanOrEqual(Math.ceil(most / 2));
        expect(slotsAt(n, most)).toBeLessThanOrEqual(most);
        expect(slotsAt(n + 1, most)).toBeGreaterThanOrEqual(slotsAt(n, most));
      }),
    );
    expect([slotsAt(0, 10), slotsAt(4_096, 10), slotsAt(0, 1)]).toEqual([5, 10, 1]);
  });

  it('go to real values after any number of junk ones, each of which comes once', () => {
    for (const n of [10, 300, 5_000]) {
      const slots = new SegmentSlots(10);
      expect(take(slots, junk(n))).toEqual(new Set());
      expect([...take(slots, cycle(['de', 'fr', 'it'], n * 2))].sort()).toEqual(['de', 'fr', 'it']);
    }
  });

  it('go to real values though junk was repeated first until the first half was gone', () => {
    const slots = new SegmentSlots(10);
    take(slots, cycle([...junk(50)], 300));
    expect(take(slots, cycle(['de', 'fr'], 600))).toEqual(new Set(['de', 'fr']));
  });

  it('go to real values while junk goes on coming with every second request', () => {
    const slots = new SegmentSlots(10);
    take(slots, cycle([...junk(20, 'early')], 200));
    const seen = new Set<string>();
    let i = 0;
    for (const value of cycle(['de', 'fr', 'it'], 3_000)) {
      slots.take(`late-${i++}`);
      if (slots.take(value)) seen.add(value);
    }
    expect([...seen].sort()).toEqual(['de', 'fr', 'it']);
  });

  it('are kept once they are given, and are never more than most: the error budget is shared over them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(30).map(String), { maxLength: 2_000 }),
        fc.integer({ min: 1, max: 8 }),
        (values, most) => {
          const slots = new SegmentSlots(most);
          const tracked = new Set<string>();
          for (const value of values) {
            const has = slots.take(value);
            if (tracked.has(value)) expect(has).toBe(true);
            if (has) tracked.add(value);
          }
          expect(tracked.size).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it('where gateways come together go to the most frequent, the same whatever the order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), fc.nat(1_000)), { selector: ([name]) => name, maxLength: 30 }),
        fc.nat(10_000),
        (offered, requests) => {
          const known = new Set(['known']);
          const admitted = admitValues(known, new Map(offered), requests, 6);
          expect(admitValues(known, new Map(offered.toReversed()), requests, 6)).toEqual(admitted);
          expect(admitted.size).toBeLessThanOrEqual(slotsAt(requests, 6) - 1);
          const least = Math.min(...offered.filter(([name]) => admitted.has(name)).map(([, n]) => n));
          for (const [name, n] of offered)
            if (!admitted.has(name) && !known.has(name)) expect(admitted.size === 0 || n <= least).toBe(true);
        },
      ),
    );
  });
});
