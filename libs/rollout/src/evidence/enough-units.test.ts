import { describe, expect, it } from '@jest/globals';
import {
  BLOCKED,
  bucketIndex,
  coarseBucket,
  EMPTY_TALLY,
  HISTOGRAM,
  MEASURE,
  sliceAt,
  unitBlock,
  type Tally,
} from '#libs/stats';
import { seededRandom } from '../../../stats/src/seeded-random.fixture.ts';
import { judgeGates } from '../judge/judge-gates.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { NO_STEP_EVIDENCE, type StepEvidence } from './evidence.ts';

const timed = { minRequests: 1, minDuration: '0s', maxDuration: '1h' };
const policyOf = (gate: object, weight = '50%', before: object[] = []) =>
  parsePolicy({ name: 'p', gates: [gate], steps: [...before, { canary: { weight, ...timed } }] });
const ERRORS = { metric: 'error_rate', maxIncrease: 0.05 };
const SLOW = { metric: 'latency_p95', maxIncreaseRatio: 1.25, startPeriod: '0s' };

/** Requests of an arm, one each tenth of a second, each of another unit or of few. */
function arm(
  requests: number,
  { ms = 20, failing = 0, units = 1_000, from = 1_790_000_000, every = 0.1, hasBlocks = true } = {},
): Tally {
  const [latency, groups, bad] = [{}, {}, {}] as Record<string, number>[] as [Bin, Bin, Bin];
  const blocks = { [BLOCKED.latency]: {} as Kept, [BLOCKED.error]: {} as Kept };
  const hashes = new Set<number>();
  let errors = 0;
  for (let i = 0; i < requests; i++) {
    const hash = Math.imul(i % units, 0x9e3779b1) >>> 0;
    const [group, failed] = [hash % 32, i % 1_000 < failing * 1_000];
    const time = ms * (0.8 + (i % 41) / 100);
    hashes.add(hash);
    add(latency, String(bucketIndex(time)));
    add(groups, String(group));
    if (failed) errors++;
    if (failed) add(bad, String(group));
    for (const block of [unitBlock(group), sliceAt((from + i * every) * 1_000)]) {
      add((blocks[BLOCKED.latency][block] ??= {}), String(coarseBucket(time)));
      add((blocks[BLOCKED.error][block] ??= {}), 'n');
      add((blocks[BLOCKED.error][block] ??= {}), 'sum', Number(failed));
    }
  }
  return {
    ...{ ...EMPTY_TALLY, requests, errors, latency: { count: requests, buckets: latency } },
    histograms: { [HISTOGRAM.unitRequests]: groups, [HISTOGRAM.unitErrors]: bad },
    ...(hasBlocks && { blocks, units: [...hashes].sort((a, b) => a - b).slice(0, 64) }),
  };
}
type Bin = Record<string, number>;
type Kept = Record<string, Bin>;
const add = (to: Bin, key: string, by = 1): void => void (to[key] = (to[key] ?? 0) + by);

const judged = (gate: object, arms: Partial<StepEvidence>) =>
  judgeGates(policyOf(gate), 0, { 0: { ...NO_STEP_EVIDENCE, ...arms } }, 1e9)[0];

describe('blocks that an arm rests on', () => {
  it('a canary of 100 % is judged beside a primary whose slices are long ago', () => {
    const policy = policyOf(SLOW, '100%', [{ canary: { weight: '50%', ...timed } }]);
    const before = { primary: arm(600), candidate: arm(600) };
    const now = { candidate: arm(3_000, { ms: 60, from: 1_790_007_200, every: 1 }) };
    const evidence = { 0: { ...NO_STEP_EVIDENCE, ...before }, 1: { ...NO_STEP_EVIDENCE, ...now } };
    const [verdict] = judgeGates(policy, 1, evidence, 1e9);
    expect(verdict).toMatchObject({ verdict: 'fail' });
  });

  it('few requests of a gateway that keeps them do not take away what the others have counted', () => {
    // A candidate three times as slow, 2,000 requests by old gateways; a new one has served it once, and the primary for a minute.
    const merged = (old: Tally, fresh: Tally): Tally => ({
      ...old,
      requests: old.requests + fresh.requests,
      latency: {
        count: old.latency.count + fresh.latency.count,
        buckets: sum(old.latency.buckets, fresh.latency.buckets),
      },
      blocks: fresh.blocks,
      units: fresh.units,
    });
    const candidate = merged(arm(2_000, { ms: 60, hasBlocks: false }), arm(3, { ms: 60, units: 1 }));
    const primary = merged(arm(2_000, { hasBlocks: false }), arm(600));
    const verdict = judged(SLOW, { candidate, primary });
    expect(verdict).toMatchObject({ verdict: 'fail' });
    expect(verdict?.because).toMatch(/which requests go together is known of 0\.1/);
    // And a good one is proven to be: its units are counted by groups, too.
    const good = merged(arm(6_000, { hasBlocks: false }), arm(3, { units: 1 }));
    expect(
      judged(ERRORS, { candidate: good, primary: merged(arm(6_000, { hasBlocks: false }), arm(600)) }),
    ).toMatchObject({
      verdict: 'pass',
    });
  });
});
const sum = (one: Bin, other: Bin): Bin => {
  const both = { ...one };
  for (const [key, n] of Object.entries(other)) add(both, key, n);
  return both;
};

describe('few units prove no safety', () => {
  it('whoever waits for any proof reads how many it takes, before it is near', () => {
    const few = { candidate: arm(60, { units: 7 }), primary: arm(60) };
    const verdict = judged(SLOW, few);
    expect(verdict).toMatchObject({
      verdict: 'undecided',
      counts: { candidateUnits: 7, candidateUnitsNeeded: 60 },
    });
    expect(verdict?.because).toContain(
      '7 distinct units of the candidate were seen, and a proof of safety needs 60',
    );
  });

  const MANY = [
    ERRORS,
    { metric: 'error_rate', maxIncreaseRatio: 2 },
    SLOW,
    { metric: 'latency_mean', maxIncreaseRatio: 2, startPeriod: '0s' },
  ];
  it.each(MANY)('by $metric, side by side', (gate) => {
    const both = (units: number) => ({ candidate: arm(6_000, { units }), primary: arm(6_000) });
    expect(judged(gate, both(1_000))).toMatchObject({ verdict: 'pass' });
    const few = judged(gate, both(7));
    expect(few?.verdict).toBe('undecided');
    // An increase has counted the units itself.
    expect(few?.because).toMatch(
      gate === ERRORS
        ? /which may fail together: a proof of safety takes about \d+ distinct units of the candidate, if they do as so far, and 7 were seen/
        : /; 7 distinct units of the candidate were seen, and a proof of safety needs \d+/,
    );
  });

  it.each([ERRORS, SLOW])('by $metric, where everybody gets the candidate', (gate) => {
    const policy = policyOf(gate, '100%', [{ canary: { weight: '50%', ...timed } }]);
    const at = (units: number) =>
      judgeGates(
        policy,
        1,
        {
          0: { ...NO_STEP_EVIDENCE, primary: arm(6_000), candidate: arm(6_000) },
          1: { ...NO_STEP_EVIDENCE, candidate: arm(6_000, { units, from: 1_790_007_200 }) },
        },
        1e9,
      )[0];
    expect(at(1_000)).toMatchObject({ verdict: 'pass' });
    expect(at(7)).toMatchObject({ verdict: 'undecided', counts: { candidateUnits: 7 } });
  });

  it('by groups, where gateways count no units', () => {
    const few = { candidate: arm(6_000, { units: 7, hasBlocks: false }), primary: arm(6_000) };
    expect(judged(ERRORS, few)).toMatchObject({ verdict: 'undecided' });
  });
});

describe('sessions that may fail as a whole', () => {
  /** Sessions of so many requests; none fails. */
  function inSessions(sessions: number, length: number, seed: number): Tally {
    const random = seededRandom(seed);
    const [groups, hashes] = [{} as Bin, new Set<number>()];
    for (let i = 0; i < sessions; i++) {
      const hash = Math.floor(random() * 2 ** 32);
      hashes.add(hash);
      add(groups, String(hash % 32), length);
    }
    const units = [...hashes].sort((a, b) => a - b).slice(0, 64);
    const requests = sessions * length;
    return {
      ...{ ...EMPTY_TALLY, requests, units },
      histograms: { [HISTOGRAM.unitRequests]: groups },
    };
  }
  const by = (margin: number, sessions: number, length: number) =>
    judged(
      { metric: 'error_rate', maxIncrease: margin },
      { candidate: inSessions(sessions, length, 1), primary: inSessions(sessions, length, 2) },
    );

  it('are counted one by one: where a hundredth of them would fail, none of 200 failing proves nothing', () => {
    // One in a hundred fails: with chance 0.99^200 = 13 % none does.
    expect(by(0.01, 200, 40)).toMatchObject({ verdict: 'undecided' });
    expect(by(0.01, 200, 40)?.because).toMatch(/a unit sends some \d+ requests, which may fail together/);
    expect(by(0.01, 1_500, 40)).toMatchObject({ verdict: 'pass' });
  });
  it.each([100, 250])('and it is said how many a proof takes, from %d on', (sessions) => {
    const { because = '', counts } = by(0.01, sessions, 20) ?? {};
    const asked = counts?.['candidateUnitsNeeded'] ?? 0;
    // None fails: ADR 53 has 410 of one size; what sizes they are is an estimate, to a fifth.
    expect(asked).toBeGreaterThan(200);
    expect(asked).toBeLessThan(700);
    const seen = counts?.['candidateUnits'] ?? 0;
    expect(because).toContain(
      `takes about ${asked} distinct units of the candidate, if they do as so far, and ${seen} were seen`,
    );
    expect(Math.abs(seen / sessions - 1)).toBeLessThan(0.3);
    const proven = by(0.01, Math.ceil(1.6 * asked), 20);
    expect(proven).toMatchObject({ verdict: 'pass' });
  });
  it('of one request each need no more than before', () => {
    expect(by(0.01, 800, 1)).toMatchObject({ verdict: 'pass' });
    expect(by(0.01, 800, 1)?.because).not.toMatch(/may fail together/);
  });
  it('in a shadow too, by their copies', () => {
    const shadow = (sessions: number) => {
      const copies = inSessions(sessions, 20, 3);
      const none = { n: copies.requests, mean: 0, m2: 0 };
      const measures = { [MEASURE.primaryFailed]: none, [MEASURE.failedApart]: none };
      const policy = parsePolicy({
        ...{ name: 'p', gates: [{ metric: 'error_rate', maxIncrease: 0.01 }] },
        steps: [{ shadow: { minRequests: 1, maxDuration: '1h' } }],
      });
      const evidence = {
        ...NO_STEP_EVIDENCE,
        primary: inSessions(5_000, 20, 4),
        shadow: { ...copies, measures },
      };
      return judgeGates(policy, 0, { 0: evidence }, 1e9)[0];
    };
    expect(shadow(200)).toMatchObject({ verdict: 'undecided' });
    expect(shadow(1_000)).toMatchObject({ verdict: 'pass' });
  });
});
