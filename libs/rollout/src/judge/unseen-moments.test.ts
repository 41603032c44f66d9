import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import { type ArmLog, type Look, play, TIMES } from '../../../stats/src/worlds.fixture.ts';
import { NO_STEP_EVIDENCE } from '../evidence/evidence.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { judgeGates } from './judge-gates.ts';

const policyOf = (gate: object) =>
  parsePolicy({
    ...{ name: 'p', promoteWhen: 'proven', gates: [{ startPeriod: '0s', ...gate }] },
    steps: [{ canary: { weight: '50%', minRequests: 1, minDuration: '0s', maxDuration: '1h' } }],
  });
const verdictOn = (gate: object, candidate: Tally, primary: Tally) =>
  judgeGates(policyOf(gate), 0, { 0: { ...NO_STEP_EVIDENCE, candidate, primary } }, 1e9)[0];

/** As a data plane of before there were blocks sends an arm: requests by group of units, and times that nobody knows the moments of. */
const pooled = ({ count, sketch, timeBlocks }: ArmLog): Tally => ({
  ...EMPTY_TALLY,
  requests: count,
  latency: sketch,
  histograms: {
    unit_requests: Object.fromEntries(
      Object.entries(timeBlocks)
        .filter(([block]) => block.startsWith('u'))
        .map(([block, counts]) => [block.slice(1), Object.values(counts).reduce((a, b) => a + b, 0)]),
    ),
  },
});

describe('times of which nobody says when they were', () => {
  const lookAt =
    (toTally: (arm: ArmLog) => Tally): Look =>
    ({ candidate, primary }) => {
      const gate = { metric: 'latency_p95', maxIncreaseRatio: 1.25 };
      const verdict = verdictOn(gate, toTally(candidate), toTally(primary))?.verdict;
      return verdict === 'fail' || verdict === 'pass' ? verdict : 'undecided';
    };
  const way = { streams: 10, requests: 4_000, every: 500, counts: 'times' as const, seed: 71 };

  // A batch a second, of both arms, as the api takes it.
  const arrived = (arm: ArmLog): Tally => ({
    ...pooled(arm),
    blocks: {
      latency: Object.fromEntries(Object.entries(arm.timeBlocks).filter(([block]) => block.startsWith('t'))),
    },
  });

  it.each(['own pauses of 2 s each 40 s', 'one slow unit with 30 % of the traffic'] as const)(
    'lose no good candidate by the second of their arrival: %s',
    (world) => {
      expect(play(TIMES[world], 1, lookAt(arrived), way).fail).toBe(0);
    },
  );

  it('by the second of their arrival find what is twice as slow, and prove what is alike', () => {
    const slow = play(TIMES.independent, 2, lookAt(arrived), way);
    const good = play(TIMES.independent, 1, lookAt(arrived), { ...way, requests: 8_000 });
    expect([slow.fail, good.pass, good.fail]).toEqual([1, 1, 0]);
  });
});
