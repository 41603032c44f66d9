import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, MEASURE, sketchOf, type Tally } from '#libs/stats';
import { judgeGates, NO_STEP_EVIDENCE, parsePolicy } from '../index.ts';

const tally = (requests: number, errors: number, more: Partial<Tally> = {}): Tally => ({
  ...{ ...EMPTY_TALLY, requests, errors, latency: sketchOf([20]) },
  ...more,
});

it('copies that fail exactly as the requests they were made of are never worse, whatever share is copied', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 20, max: 5_000 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.integer({ min: 11, max: 50 }).map((tenths) => tenths / 10),
      (percent, copies, failing, maxIncreaseRatio) => {
        const policy = parsePolicy({
          name: 'sampled',
          steps: [{ shadow: { sample: `${percent}%`, minRequests: 10, maxDuration: '1h' } }],
          gates: [{ metric: 'error_rate', maxIncreaseRatio }],
        });
        const failed = Math.floor(copies * failing);
        const paired = { n: copies, mean: failed / copies, m2: 0 };
        const requests = Math.round((copies * 100) / percent);
        const step = {
          ...NO_STEP_EVIDENCE,
          primary: tally(requests, Math.round(requests * failing)),
          shadow: tally(copies, failed, { measures: { [MEASURE.primaryFailed]: paired } }),
        };
        const [verdict] = judgeGates(policy, 0, { 0: step }, Infinity, null);
        expect([verdict?.gate, verdict?.verdict === 'fail']).toEqual(['error_rate', false]);
        for (const count of Object.values(verdict?.counts ?? {})) expect(Number.isInteger(count)).toBe(true);
        expect(verdict?.because).not.toMatch(/\d\.\d{3,}/);
        if (failed > 0 && verdict?.estimate) expect(verdict.estimate).toBeCloseTo(1, 6);
      },
    ),
    { numRuns: 300 },
  );
});
