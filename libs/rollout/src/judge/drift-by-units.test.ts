import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, HISTOGRAM, momentsOf, type Tally, MEASURE, UNIT_GROUPS } from '#libs/stats';
import { NO_STEP_EVIDENCE } from '../evidence/evidence.ts';
import { judgeGates } from './judge-gates.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { seededRandom } from '../../../stats/src/seeded-random.fixture.ts';
import { zipf } from '../../../stats/src/worlds.fixture.ts';

const FEATURE = `${HISTOGRAM.inputPrefix}country`;
const timed = { minRequests: 1, minDuration: '0s', maxDuration: '1h' };
const policy = parsePolicy({
  name: 'p',
  gates: [
    { metric: 'input_drift', max: 0.25 },
    { metric: 'output_drift', max: 0.25, against: 'primary' },
  ],
  steps: [{ canary: { weight: '50%', ...timed } }],
});
const STREAMS = 40;

interface Population {
  readonly draw: (random: () => number) => number;
  readonly units: number;
  /** The share of units of a country that are on the candidate; 0.5. */
  readonly onCandidate?: (country: number) => number;
}

/** A canary of both arms whose units each have one country, and one answer. */
function canary({ draw, units, onCandidate = () => 0.5 }: Population, random: () => number) {
  const people = Array.from({ length: units }, () => {
    const country = Math.floor(10 * random() ** 2);
    return {
      country,
      arm: random() < onCandidate(country) ? 0 : 1,
      group: Math.floor(random() * UNIT_GROUPS),
    };
  });
  const arms = [0, 1].map(() => ({ country: {}, groups: {}, requests: 0 }) as Counted);
  for (let n = 0; n < 4_000; n++) {
    const one = people[draw(random)];
    const arm = one && arms[one.arm];
    if (!one || !arm) continue;
    arm.requests++;
    for (const [bins, name] of [
      [arm.country, one.country],
      [arm.groups, one.group],
    ] as const)
      bins[String(name)] = (bins[String(name)] ?? 0) + 1;
  }
  return arms.map(tallyOf);
}
interface Counted {
  readonly country: Record<string, number>;
  readonly groups: Record<string, number>;
  requests: number;
}
const tallyOf = ({ country, groups, requests }: Counted): Tally => ({
  ...{ ...EMPTY_TALLY, requests },
  histograms: { [FEATURE]: country, [HISTOGRAM.output]: country, [HISTOGRAM.unitRequests]: groups },
});
/** Countries as they are among units. */
const profile = {
  histograms: {
    [FEATURE]: Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        String(i),
        Math.round(1e5 * (Math.sqrt((i + 1) / 10) - Math.sqrt(i / 10))),
      ]),
    ),
  },
};

/** Streams in which either gate fails. */
function failing(population: Population, measures: Tally['measures'] = {}): number {
  const random = seededRandom(5);
  let failed = 0;
  for (let i = 0; i < STREAMS; i++) {
    const [candidate = EMPTY_TALLY, primary = EMPTY_TALLY] = canary(population, random);
    const evidence = { 0: { ...NO_STEP_EVIDENCE, candidate: { ...candidate, measures }, primary } };
    const judged = judgeGates(policy, 0, evidence, 1e9, profile);
    if (judged.some(({ verdict }) => verdict === 'fail')) failed++;
  }
  return failed;
}

describe('drift of what goes by unit', () => {
  it('between two arms that are alike is none, though few units send most', () => {
    expect(failing({ draw: zipf(5_000, 1.2), units: 5_000 })).toBeLessThanOrEqual(2);
    expect(failing({ draw: zipf(200, 0.5), units: 200 })).toBeLessThanOrEqual(2);
  });

  it('is found where requests are routed by it', () => {
    const draw = (random: () => number): number => Math.floor(random() * 5_000);
    const onCandidate = (country: number): number => (country === 0 ? 0.95 : 0.5);
    expect(failing({ draw, units: 5_000, onCandidate })).toBe(STREAMS);
  });

  it('of copies is that of the versions, whoever sent them', () => {
    const copied = { [MEASURE.primaryFailed]: momentsOf([0]) };
    const onCandidate = (country: number): number => (country === 0 ? 0.95 : 0.5);
    expect(failing({ draw: zipf(5_000, 1), units: 5_000, onCandidate }, copied)).toBeGreaterThan(STREAMS / 2);
  });
});
