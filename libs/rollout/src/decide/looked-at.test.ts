import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import {
  decide,
  NO_STEP_EVIDENCE,
  parsePolicy,
  type Decision,
  type Evidence,
  type Policy,
  type RolloutView,
} from '../index.ts';

/*
 * Whatever the steps, weights and rings: by its decisions alone no version becomes primary before each gate that its policy asks before
 * promotion has looked at it once, on data. (A first canary of 100% had nothing to be compared with, and passed by its minima.)
 */
const START = 1_000_000;
const timed = { minRequests: 100, maxDuration: '10m' };
const WEIGHTS = ['10%', '50%', '100%'];
const shadow = fc.constant({ shadow: timed });
const canary = fc.constantFrom(...WEIGHTS).map((weight) => ({ canary: { weight, ...timed } }));
const ring = fc
  .constantFrom(...WEIGHTS)
  .map((percentage) => ({ canary: { segment: 'staff', percentage, ...timed } }));
const bake = fc.constantFrom('0%', '5%').map((holdBack) => ({ bake: { duration: '1m', holdBack } }));
const some = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength });
const steps = fc
  .tuple(some(shadow, 1), some(ring, 2), some(canary, 2), some(bake, 1))
  .map((parts): object[] => parts.flat());
const inSteps = fc.subarray(['shadow', 'canary', 'bake'], { minLength: 1 });
const GATES = [
  { metric: 'error_rate', maxIncrease: 0.3 },
  { metric: 'error_rate', name: 'times', maxIncreaseRatio: 5 },
  { metric: 'latency_p95', maxIncrease: 500 },
  { metric: 'sample_ratio' },
  { metric: 'http', url: 'https://judge.example/v' },
];
const gates = fc
  .subarray(GATES)
  .chain((chosen) =>
    fc.tuple(...chosen.map((gate) => fc.option(inSteps).map((at) => (at ? { ...gate, in: at } : gate)))),
  );
const documents = fc.record({ steps, gates, promoteWhen: fc.constantFrom('proven', 'notFailed') });

function policyOf(document: object): Policy | null {
  try {
    return parsePolicy({ name: 'p', onNoData: 'pause', onUndecided: 'pause', ...document });
  } catch {
    return null;
  }
}

const tally = (requests: number): Tally => ({
  ...EMPTY_TALLY,
  ...{ requests, compared: requests, agreed: requests },
  latency: sketchOf(Array.from({ length: 200 }, (_, i) => 5 + (i % 10) / 10)),
});
/** Plenty from both versions, alike in all, in the shares that the step gives. */
function evidenceOf(policy: Policy): Evidence {
  return Object.fromEntries(
    policy.steps.map((step, i) => {
      const weight = step.kind === 'canary' ? step.weight / 10_000 : 0.5;
      const n = 20_000;
      const primary = tally(Math.round(n * (1 - weight)));
      const candidate = tally(Math.round(n * weight));
      const http = { value: 1, because: 'fine', at: START + 550_000, outcome: 'pass' as const };
      const sources = { http: { ...http, consecutiveFailures: 0, consecutiveErrors: 0 } };
      return [i, { ...NO_STEP_EVIDENCE, primary, candidate, shadow: tally(n), sources }];
    }),
  );
}

const viewAt = (policy: Policy, stepIndex: number): RolloutView => ({
  ...{ state: 'running', stepIndex, stepStartedAt: START, clockStoppedAt: null, policy, hasPrimary: true },
  ...{ deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [], lastGoodPrimaryAt: null },
  ...{ blockedBy: null, overridesFreeze: false },
});

/** Its decisions from its first step until it goes no further. */
function walk(policy: Policy): readonly Decision[] {
  const evidence = evidenceOf(policy);
  const made: Decision[] = [];
  for (let at = 0; at < policy.steps.length;) {
    const decision = decide(viewAt(policy, at), evidence, START + 599_000);
    made.push(decision);
    if (decision.kind !== 'advance') return made;
    at = decision.toStep;
  }
  return made;
}

const isAskedBefore = (policy: Policy, gate: Policy['gates'][number]): boolean => {
  const asked = policy.steps.filter(({ kind }) => (gate.in as readonly string[]).includes(kind));
  return asked.length === 0 || asked.some(({ kind }) => kind !== 'bake');
};

describe('what becomes primary by decisions alone', () => {
  it('was looked at by every gate that its policy asks before promotion', () => {
    let promoted = 0;
    fc.assert(
      fc.property(documents, (document) => {
        const policy = policyOf(document);
        if (policy === null) return;
        const made = walk(policy);
        if (made.at(-1)?.kind !== 'promote') return;
        promoted++;
        const spoke = made
          .flatMap(({ verdicts }) => verdicts ?? [])
          .filter(({ verdict }) => verdict !== 'no_data');
        const asked = policy.gates.filter((gate) => isAskedBefore(policy, gate)).map(({ name }) => name);
        for (const name of asked) expect(spoke.map(({ gate }) => gate)).toContain(name);
      }),
      { numRuns: 500 },
    );
    expect(promoted).toBeGreaterThan(50);
  });

  it.each([
    ['a first canary of everybody', [{ canary: { weight: '100%', ...timed } }]],
    ['a ring of all its members', [{ canary: { segment: 'staff', percentage: '100%', ...timed } }]],
  ])('%s ends by its time where nothing is proven either, and says why', (_what, first) => {
    const policy = parsePolicy({
      ...{ name: 'p', steps: first, gates: [GATES[0]], promoteWhen: 'notFailed', onNoData: 'rollback' },
    });
    const after = (ms: number) => decide(viewAt(policy, 0), evidenceOf(policy), START + ms);
    expect(after(599_000)).toMatchObject({ kind: 'hold' });
    expect(after(601_000)).toMatchObject({
      kind: 'rollback',
      because: expect.stringContaining('error_rate'),
    });
    expect(after(599_000).because).toMatch(/compare|in no arm|primary/);
  });

  it('a ring of all its members goes on to a canary that is judged', () => {
    const policy = parsePolicy({
      ...{ name: 'p', promoteWhen: 'notFailed', gates: [GATES[0]] },
      steps: [
        { canary: { segment: 'staff', percentage: '100%', ...timed } },
        { canary: { weight: '50%', ...timed } },
      ],
    });
    expect(walk(policy).map(({ kind }) => kind)).toEqual(['advance', 'promote']);
  });
});
