import { describe, expect, it } from '@jest/globals';
import { blocksAtOnce, EMPTY_TALLY, SKETCH, sketchOf, type Tally } from '#libs/stats';
import { type ArmLog, type Look, play, TIMES } from '../../../stats/src/worlds.fixture.ts';
import { NO_STEP_EVIDENCE } from '../evidence/evidence.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { TIME_METRICS } from '../policy/time-metric.ts';
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

  it.each(['own pauses of 2 s each 40 s', 'one slow unit with 30 % of the traffic'] as const)(
    'lose no good candidate, and prove none: %s',
    (world) => {
      const { fail, pass } = play(TIMES[world], 1, lookAt(pooled), way);
      expect([fail, pass]).toEqual([0, 0]);
    },
  );

  it('as the api takes them, by the second of their arrival, find what is twice as slow, and prove what is alike', () => {
    // A batch a second, of both arms.
    const arrived = (arm: ArmLog): Tally => ({
      ...pooled(arm),
      blocks: {
        latency: Object.fromEntries(
          Object.entries(arm.timeBlocks).filter(([block]) => block.startsWith('t')),
        ),
      },
    });
    const slow = play(TIMES.independent, 2, lookAt(arrived), way);
    const good = play(TIMES.independent, 1, lookAt(arrived), { ...way, requests: 8_000 });
    expect([slow.fail, good.pass, good.fail]).toEqual([1, 1, 0]);
    const paused = play(TIMES['own pauses of 2 s each 40 s'], 1, lookAt(arrived), way);
    expect(paused.fail).toBe(0);
  });

  it.each(TIME_METRICS)('%s says so', (metric) => {
    const arm = (ms: number): Tally => {
      const all = sketchOf(Array.from({ length: 2_000 }, (_, i) => ms * (0.9 + i / 10_000)));
      return {
        ...{ ...EMPTY_TALLY, requests: 2_000, latency: all },
        sketches: { [SKETCH.ttft]: all, [SKETCH.interToken]: all },
      };
    };
    const seen = (tally: Tally): Tally => ({ ...tally, blocks: blocksAtOnce(tally, 0) });
    const gate = { metric, maxIncreaseRatio: 1.5 };
    expect(verdictOn(gate, seen(arm(400)), seen(arm(100)))?.verdict).toBe('fail');
    const { verdict, because, estimate } = verdictOn(gate, arm(400), arm(100))!;
    expect([verdict, estimate]).toEqual(['undecided', expect.any(Number)]);
    expect(because).toMatch(
      /^p?\d.*: the evidence does not say which requests came at the same time \("blocks"\), so it proves nothing of how long they take/,
    );
  });
});
