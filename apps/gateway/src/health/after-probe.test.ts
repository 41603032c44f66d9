import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterProbe, type Finding, leftOut, type ProbeState, UNPROBED } from './after-probe.ts';

const findings = fc.array(fc.constantFrom<Finding>('well', 'not ready', 'silent'), { maxLength: 60 });
const thresholds = fc.record({
  failures: fc.integer({ min: 1, max: 5 }),
  successes: fc.integer({ min: 1, max: 5 }),
});

describe('an address by its probes', () => {
  it('is out exactly when the last turn was to so many failures in a row', () => {
    fc.assert(
      fc.property(findings, thresholds, (all, limits) => {
        let state = UNPROBED;
        let isOut = false;
        for (const [at, found] of all.entries()) {
          state = afterProbe(state, found, limits);
          const tail = (most: number, holds: (one: Finding) => boolean): boolean =>
            at + 1 >= most && all.slice(at + 1 - most, at + 1).every(holds);
          if (!isOut && tail(limits.failures, (one) => one !== 'well')) isOut = true;
          else if (isOut && tail(limits.successes, (one) => one === 'well')) isOut = false;
          expect([at, state.isOut]).toEqual([at, isOut]);
        }
      }),
    );
  });

  it('a silence is none while callers have answers from it; a server that says no is heard', () => {
    const limits = { failures: 1, successes: 1 };
    expect(afterProbe(UNPROBED, 'silent', limits, true).isOut).toBe(false);
    expect(afterProbe(UNPROBED, 'silent', limits, false).isOut).toBe(true);
    expect(afterProbe(UNPROBED, 'not ready', limits, true).isOut).toBe(true);
  });
});

it('leaves out those that are out, unless fewer than half would be left: never the last one', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (outs) => {
      const states = new Map(outs.map((isOut, key): [number, ProbeState] => [key, { ...UNPROBED, isOut }]));
      const left = leftOut(states);
      const out = outs.flatMap((isOut, key) => (isOut ? [key] : []));
      if (out.length * 2 > outs.length) expect(left.size).toBe(0);
      else expect([...left]).toEqual(out);
      if (outs.length > 0) expect(left.size).toBeLessThan(outs.length);
    }),
  );
});
