import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterFailure,
  chooseReplica,
  FAILURES,
  FIRST_EJECTION_MS,
  type Health,
  inOrder,
  isEjected,
  MOST_EJECTION_MS,
  WELL,
} from './replica-choice.ts';

const NOW = 1_000;
const health = fc.constantFrom<Health>(
  WELL,
  { failures: 2, ejections: 0, ejectedUntil: -Infinity },
  { failures: 3, ejections: 1, ejectedUntil: NOW },
  { failures: 3, ejections: 1, ejectedUntil: NOW + 1 },
);
const replicas = fc.array(fc.record({ busy: fc.nat(50), health }), { maxLength: 8 });
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('choosing an address', () => {
  it('never takes the busiest where there is a choice, nor one that is left out where there is another', () => {
    fc.assert(
      fc.property(replicas, draw, draw, (all, first, second) => {
        const draws = [first, second];
        const chosen = chooseReplica(all, NOW, () => draws.shift() ?? 0);
        if (all.length === 0) return expect(chosen).toBeUndefined();
        expect(all).toContain(chosen);
        const well = all.filter((one) => !isEjected(one.health, NOW));
        const among = well.length > 0 ? well : all;
        expect(among).toContain(chosen);
        const busiest = Math.max(...among.map(({ busy }) => busy));
        const areSo = among.filter(({ busy }) => busy === busiest).length;
        if (among.length > 1 && areSo === 1) expect(chosen?.busy).toBeLessThan(busiest);
      }),
    );
  });

  it('draws each pair equally often, so that equal addresses get equal shares', () => {
    const all = Array.from({ length: 4 }, () => ({ busy: 0, health: WELL }));
    const counts = new Map<unknown, number>();
    const steps = 12;
    for (let i = 0; i < steps; i++)
      for (let j = 0; j < steps; j++) {
        const draws = [i / steps, j / steps];
        const one = chooseReplica(all, NOW, () => draws.shift() ?? 0);
        counts.set(one, (counts.get(one) ?? 0) + 1);
      }
    expect([...counts.values()]).toEqual(Array(4).fill((steps * steps) / 4));
  });

  it('tries the chosen one first, and those that are left out last', () => {
    fc.assert(
      fc.property(replicas, fc.nat(), (all, at) => {
        const chosen = all[at % Math.max(1, all.length)] ?? null;
        const order = inOrder(all, chosen, NOW);
        expect(new Set(order)).toEqual(new Set(all));
        if (chosen) expect(order[0]).toBe(chosen);
        const out = order.slice(1).map((one) => isEjected(one.health, NOW));
        expect(out).toEqual([...out].sort((a, b) => Number(a) - Number(b)));
      }),
    );
  });
});

describe('an address that fails to connect', () => {
  it('is left out after some failures in a row, for longer each time, and for half a minute at most', () => {
    let state = WELL;
    let now = 0;
    const pauses: number[] = [];
    for (let i = 0; i < FAILURES - 1; i++) state = afterFailure(state, now);
    expect(isEjected(state, now)).toBe(false);
    for (let i = 0; i < 8; i++) {
      state = afterFailure(state, now);
      pauses.push(state.ejectedUntil - now);
      now = state.ejectedUntil;
      expect(isEjected(state, now)).toBe(false);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * FIRST_EJECTION_MS));
  });

  it('counts a burst once, whenever its failures are told', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 200 }), (pauses) => {
        let state = WELL;
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const before = state;
          state = afterFailure(state, now);
          if (isEjected(before, now)) expect(state).toBe(before);
          else expect(state.failures).toBe(before.failures + 1);
          expect(state.ejectedUntil - now).toBeLessThanOrEqual(MOST_EJECTION_MS);
          expect(isEjected(state, now)).toBe(state.failures >= FAILURES);
        }
      }),
    );
  });
});
