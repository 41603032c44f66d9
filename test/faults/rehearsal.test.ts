import { expect, it } from '@jest/globals';
import { INVARIANTS } from './rehearsal/invariants/invariants.ts';
import { rehearse } from './rehearsal/rehearse.ts';

/**
 * The share of the fault rehearsal that each run of the tests has; `npm run test:faults -- --minutes 10 --seed N` is all of it.
 * What a busy machine adds is measured before anything is broken, and in each calm.
 */
const SEED = 12;
/** Each shows that one mending is there: heartbeat and dropped pools, the comparison of routes, the sum that gateways compare. */
const SCENES = [
  'a firewall forgets all connections to the database',
  'notifications are lost on their way',
  'a proxy loses what the stream of routes says',
];

it('three scenes of half-broken connections over live rollouts: what is promised holds for callers and record', async () => {
  const lines: string[] = [];
  const { violations, figures } = await rehearse({
    ...{ seed: SEED, seconds: 0, models: 2, callersPerSecond: 25, roundMs: 0, calmMs: 4_000 },
    ...{ controlMs: 3_000, scenes: SCENES, stopEarly: false, root: process.cwd() },
    ...{ inForceMs: 5_000, endMs: 3_000, hasRedis: false },
    say: (line) => void lines.push(line),
  });
  const told = violations.map(({ invariant, what }) => `(${invariant}) ${INVARIANTS[invariant]}: ${what}`);
  if (told.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
  expect(told).toEqual([]);
  expect(figures['faults']).toBeGreaterThanOrEqual(5);
  expect(figures['callers']).toBeGreaterThan(200);
  expect(figures['rollouts']).toBeGreaterThanOrEqual(2);
}, 600_000);
