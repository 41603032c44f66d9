import { describe, expect, it } from '@jest/globals';
import { BLOCKED, coarseBucket, EMPTY_TALLY, SKETCH, sketchOf, type Tally } from '#libs/stats';
import { seededRandom } from '../../../stats/src/seeded-random.fixture.ts';
import { judgeTimes } from './judge-times.ts';
import { isTimeGate, partsOfTime, TIME_METRICS, type TimeMetric } from '../policy/gates/time-metric.ts';

const BUDGET = { harm: 0.01, safety: 0.05 };
/** A thousand streams: the first token after `ttft` ms, then one every `gap` ms; whole answers take as long either way. */
const streams = (ttft: number, gap: number): Tally => {
  const spread = (ms: number) => sketchOf(Array.from({ length: 1_000 }, (_, i) => ms * (0.9 + i / 5_000)));
  return {
    ...EMPTY_TALLY,
    requests: 1_000,
    latency: spread(900),
    sketches: { [SKETCH.ttft]: spread(ttft), [SKETCH.interToken]: spread(gap) },
  };
};
const whole: Tally = { ...EMPTY_TALLY, requests: 1_000, latency: sketchOf(Array<number>(1_000).fill(900)) };

const judge = (metric: TimeMetric, trial: Tally, baseline: Tally) =>
  judgeTimes({ metric, margin: { ratio: 1.5 } }, { trial, baseline }, BUDGET);

describe('judgeTimes', () => {
  const TIMES: readonly TimeMetric[] = TIME_METRICS.filter((metric) => !metric.startsWith('latency'));
  it.each(TIMES)('%s finds its own time worse, and no other', (metric) => {
    const isFirst = partsOfTime(metric).time === 'ttft';
    const slowFirst = streams(400, 20);
    const slowTokens = streams(100, 80);
    expect(judge(metric, slowFirst, streams(100, 20)).verdict).toBe(isFirst ? 'fail' : 'pass');
    expect(judge(metric, slowTokens, streams(100, 20)).verdict).toBe(isFirst ? 'pass' : 'fail');
    expect(judge(metric, streams(100, 20), streams(100, 20)).verdict).toBe('pass');
  });

  it.each(TIME_METRICS)('%s of answers that are no streams', (metric) => {
    const judged = judge(metric, whole, whole);
    if (metric.startsWith('latency')) return expect(judged.verdict).toBe('pass');
    expect(judged).toMatchObject({
      verdict: 'no_data',
      because: expect.stringContaining('whole answers have no such time'),
    });
  });

  it('knows what was recorded before there were streams', () => {
    expect(judge('ttft_p95', EMPTY_TALLY, EMPTY_TALLY).verdict).toBe('no_data');
  });
});

describe('where slices of time are known', () => {
  /** So many whole answers a second, for a minute: of 20 ms times `slower`. */
  function minute(slower: number, seed: number): Tally {
    const random = seededRandom(seed);
    const blocks: Record<string, Record<string, number>> = {};
    const all: number[] = [];
    for (let i = 0; i < 600; i++) {
      const time = 20 * slower * Math.exp(random() + random());
      all.push(time);
      for (const block of [`u${i % 32}`, `t0.${Math.floor(i / 10)}`]) {
        const counts = (blocks[block] ??= {});
        counts[coarseBucket(time)] = (counts[coarseBucket(time)] ?? 0) + 1;
      }
    }
    return { ...EMPTY_TALLY, requests: 600, latency: sketchOf(all), blocks: { [BLOCKED.latency]: blocks } };
  }
  const gate = { metric: 'latency_p95', margin: { ratio: 1.25 } } as const;
  const judged = (slower: number, ratio: number | null) =>
    judgeTimes(gate, { trial: minute(slower, 1), baseline: minute(1, 2), ratio }, BUDGET);

  it('what is 1.6 times as slow is found by what is longer than usual, which ranks do not tell yet', () => {
    expect(judged(1.6, null)).toMatchObject({ verdict: 'undecided' });
    const { verdict, because, interval, requestsNeeded } = judged(1.6, 1);
    expect([verdict, interval.lower, requestsNeeded]).toEqual(['fail', 1.25, null]);
    expect(because).toMatch(
      /^p95 [\d.]+ ms against [\d.]+ ms \(600 and 600 requests\); [\d.]+% of the candidate's took longer than 1\.25 times the primary's p95 of just before, [\d.]+% of the primary's longer than that itself: it is proven to be more than 1\.25 times as much/,
    );
  });
  it('and it is said what is still needed', () => {
    const { verdict, requestsNeeded } = judged(1.4, 1);
    expect(verdict).toBe('undecided');
    expect(requestsNeeded).toBeGreaterThan(100);
  });
});

it('knows its metrics by their names', () => {
  expect(TIME_METRICS).toHaveLength(12);
  expect(isTimeGate({ metric: 'ttft_p95' })).toBe(true);
  expect(isTimeGate({ metric: 'error_rate' })).toBe(false);
});
