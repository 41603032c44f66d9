import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import { seededRandom } from '../../../stats/src/seeded-random.fixture.ts';
import { decide, judgeGates, NO_ARMS, NO_STEP_EVIDENCE, parsePolicy, type StepEvidence } from '../index.ts';

const REQUESTS = 4_000;
const CLASSES = 10;
const policyWith = (segments: unknown) =>
  parsePolicy({
    name: 'classes',
    steps: [{ shadow: { minRequests: REQUESTS, maxDuration: '1h' } }],
    gates: [{ metric: 'agreement', min: 0.95, ...(segments === null ? {} : { segments }) }],
  });

/** A shadow's evidence, as gateways count it: for everybody, and for each class that the primary names. */
function simulate(seed: number, disagrees: (label: number) => number): StepEvidence {
  const random = seededRandom(seed);
  const add = (before: Tally, agrees: boolean): Tally => ({
    ...before,
    requests: before.requests + 1,
    compared: before.compared + 1,
    agreed: before.agreed + (agrees ? 1 : 0),
  });
  let all: Tally = EMPTY_TALLY;
  const classes: Record<string, Tally> = {};
  for (let i = 0; i < REQUESTS; i++) {
    const label = Math.floor(random() * CLASSES);
    const agrees = random() >= disagrees(label);
    all = add(all, agrees);
    const key = `agreement=${label}`;
    classes[key] = add(classes[key] ?? EMPTY_TALLY, agrees);
  }
  const segments = Object.fromEntries(
    Object.entries(classes).map(([key, shadow]) => [key, { ...NO_ARMS, shadow }]),
  );
  return { ...NO_STEP_EVIDENCE, shadow: all, segments };
}
const failed = (segments: unknown, evidence: StepEvidence) =>
  judgeGates(policyWith(segments), 0, { 0: evidence }, 60_000).filter(({ verdict }) => verdict === 'fail');
const byClass = { output: 'label', most: 20 };

describe('agreement by class', () => {
  it('finds one class that is wrong in 15 % of its cases, 1.5 % of all, which agreement of all lets pass', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const evidence = simulate(seed, (label) => (label === 7 ? 0.15 : 0));
      const [overall] = judgeGates(policyWith(null), 0, { 0: evidence }, 60_000);
      expect([seed, overall?.verdict]).toEqual([seed, 'pass']);
      expect(failed(byClass, evidence).map(({ segment }) => segment)).toEqual(['7']);
    }
  });

  it('says which class it is when it rolls back', () => {
    const decision = decide(
      {
        ...{ state: 'running', stepIndex: 0, stepStartedAt: 0, clockStoppedAt: null, checks: null },
        ...{ hasPrimary: true, lastGoodPrimaryAt: null, approvedBy: [], blockedBy: null },
        ...{
          policy: policyWith(byClass),
          overridesFreeze: false,
          deployment: { state: 'ready', message: '' },
        },
      } as unknown as Parameters<typeof decide>[0],
      { 0: simulate(1, (label) => (label === 7 ? 0.15 : 0)) },
      60_000 as never,
    );
    expect(decision).toMatchObject({
      kind: 'rollback',
      because: expect.stringMatching(/^agreement \[7\]: /),
    });
  });

  it('finds nothing where every class is as wrong as all of them together may be', () => {
    const found = Array.from({ length: 100 }, (_, seed) =>
      failed(
        byClass,
        simulate(seed, () => 0.05),
      ),
    );
    // alpha is 0.05 for the whole rollout.
    expect(found.filter((list) => list.length > 0).length).toBeLessThanOrEqual(5);
  });

  it('is asked for where answers are compared, and only there', () => {
    const parse = (gate: object) => () =>
      parsePolicy({ name: 'x', steps: [{ shadow: { minRequests: 1, maxDuration: '1h' } }], gates: [gate] });
    expect(parse({ metric: 'agreement', min: 0.9, segments: { output: 'label' } })().gates[0]).toMatchObject({
      segments: { header: null, path: null, output: 'label', most: 10 },
    });
    expect(parse({ metric: 'error_rate', maxIncrease: 0.1, segments: { output: 'label' } })).toThrow();
    expect(parse({ metric: 'agreement', min: 0.9, segments: { output: 'score' } })).toThrow();
    expect(parse({ metric: 'agreement', min: 0.9, segments: { output: 'label', header: 'x' } })).toThrow();
  });
});
