import { expect, it } from '@jest/globals';
import { INVARIANTS } from './rehearsal/invariants.ts';
import { rehearse } from './rehearsal/rehearse.ts';

/**
 * The share of the fault rehearsal that each run of the tests has; `npm run test:faults -- --minutes 10 --seed N` is all of it.
 * Its waits are for a slow machine.
 */
const SEED = 12;

it('a minute of faults drawn from a seed, over live rollouts: what is promised holds for callers and record', async () => {
  const lines: string[] = [];
  const { violations, figures } = await rehearse({
    ...{ seed: SEED, seconds: 40, models: 4, callersPerSecond: 40, roundMs: 9_000, calmMs: 4_000 },
    ...{ inForceMs: 30_000, endMs: 15_000, mustEnd: false, hasRedis: false },
    say: (line) => void lines.push(line),
  });
  const told = violations.map(({ invariant, what }) => `(${invariant}) ${INVARIANTS[invariant]}: ${what}`);
  if (told.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
  expect(told).toEqual([]);
  expect(figures['faults']).toBeGreaterThanOrEqual(3);
  expect(figures['callers']).toBeGreaterThan(200);
  expect(figures['rollouts']).toBeGreaterThanOrEqual(4);
}, 600_000);
