import { describe, expect, it } from '@jest/globals';
import { judgeGates, NO_STEP_EVIDENCE, parsePolicy } from '#libs/rollout';
import { mergeTallies } from '#libs/stats';
import { type ArmSpecs, compareOutputs, ModelAnswer, type OutputSpec, type Route } from '#libs/traffic';
import { EvidenceCollector } from '#libs/data-plane';
import { seededRandom } from '../../libs/stats/src/seeded-random.fixture.ts';

/*
 * From the rows of answers to the verdict: the same rows come to the same verdict in batches of any size, and whatever the rows of one
 * request have in common, a candidate at the least agreement asked for is rolled back, or passed, no more often than the policy allows.
 */

const MIN = 0.9;
const ALPHA = 0.05;
const policy = parsePolicy({
  name: 'rows',
  steps: [{ shadow: { minRequests: 30, maxDuration: '1h' } }],
  gates: [{ metric: 'agreement', min: MIN }],
  ...{ alpha: ALPHA, beta: ALPHA },
});
const label: OutputSpec = { kind: 'label', path: '$.predictions[*]' };
const route: Route = {
  ...{ model: 'rows', rolloutId: '00000000-0000-4000-8000-000000000001', revision: 1, salt: 's' },
  ...{
    outputSpec: label,
    reading: null,
    primary: { version: 1, url: 'http://127.0.0.1:1' },
    candidate: null,
  },
};
const answer = (predictions: readonly unknown[]) => new ModelAnswer(200, JSON.stringify({ predictions }));

/** The shadow's evidence of answers, as a gateway counts it. @param batches of each request, which rows agree */
class Counted {
  private readonly collector: EvidenceCollector;
  private tallies: Parameters<typeof mergeTallies>[0] = [];
  private now = 1_790_000_000_000;

  constructor(private readonly random: () => number) {
    this.collector = new EvidenceCollector(() => this.now);
  }

  add(agree: readonly boolean[]): void {
    const specs: ArmSpecs = { primary: label, candidate: label };
    const primary = answer(agree.map(() => 1));
    const comparison = compareOutputs(primary, answer(agree.map((agrees) => (agrees ? 1 : 2))), specs);
    const unitHash = Math.floor(this.random() * 2 ** 32);
    const { outcome, rows } = comparison;
    const by = { unitGroup: unitHash % 32, unitHash, segments: [], comparison: outcome, rows };
    this.collector.count(route, 'shadow', { failed: false, latencyMs: 5, ...by });
    this.now += 50;
  }

  verdict() {
    this.tallies = [mergeTallies([...this.tallies, ...this.collector.drain().map(({ tally }) => tally)])];
    const [shadow] = this.tallies;
    const evidence = shadow ? { ...NO_STEP_EVIDENCE, shadow } : NO_STEP_EVIDENCE;
    const [judged] = judgeGates(policy, 0, { 0: evidence }, 60_000);
    if (judged === undefined) throw new Error('no verdict');
    return judged;
  }
}

describe('the same rows in batches of 16, 64 and 1,000', () => {
  const ROWS = 64_000;
  const judged = (agreement: number) =>
    [16, 64, 1_000].map((size) => {
      const random = seededRandom(7);
      const counted = new Counted(seededRandom(8));
      for (let row = 0; row < ROWS; row += size)
        counted.add(Array.from({ length: size }, () => random() < agreement));
      return counted.verdict();
    });

  it('pass where 99.2 % of them agree', () => {
    const all = judged(0.992);
    expect(all.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    for (const { estimate } of all) expect(estimate).toBeCloseTo(0.992, 3);
  });

  it.each([0.85, 0.6])('fail where %d of them agree', (agreement) => {
    expect(judged(agreement).map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail']);
  });
});

describe('a candidate at the least agreement that is asked for', () => {
  const STREAMS = Math.ceil(Number(process.env['COVERAGE_STREAMS'] ?? 1_000) / 40);
  const REQUESTS = 300;
  const atMost = ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / STREAMS);
  const sizes: Record<string, (random: () => number) => number> = {
    'of 16': () => 16,
    'of 64': () => 64,
    'of 1 to 128': (random) => Math.floor(2 ** (7 * random())),
  };
  // The share of requests whose rows agree or disagree all together.
  const cases = [
    { size: 'of 16', alike: 0 },
    { size: 'of 64', alike: 0.3 },
    { size: 'of 64', alike: 1 },
    { size: 'of 1 to 128', alike: 0.3 },
  ];

  it.each(cases)('batches $size, $alike of which as a whole', ({ size, alike }) => {
    const verdicts = { pass: 0, fail: 0 };
    for (let stream = 0; stream < STREAMS; stream++) {
      const random = seededRandom(1_000 + stream);
      const counted = new Counted(random);
      for (let request = 1; request <= REQUESTS; request++) {
        const all = random() < alike ? random() < MIN : null;
        counted.add(Array.from({ length: sizes[size]?.(random) ?? 1 }, () => all ?? random() < MIN));
        if (request > 20 && request % 20 > 0) continue;
        const { verdict } = counted.verdict();
        if (verdict !== 'pass' && verdict !== 'fail') continue;
        verdicts[verdict]++;
        break;
      }
    }
    expect(verdicts.fail / STREAMS).toBeLessThanOrEqual(atMost);
    expect(verdicts.pass / STREAMS).toBeLessThanOrEqual(atMost);
  });
});
