import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { EMPTY_TALLY, type Tally } from '#libs/stats';
import { isJudgedIn, judgedSteps } from '../budget/error-budget.ts';
import { comparedIn, NO_STEP_EVIDENCE, type Evidence } from '../evidence/evidence.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { planOf } from '../plan/plan.ts';
import { ringsAt } from './rings.ts';
import { unmetMinimums } from './step-minima.ts';
import { tightens } from '../tighter/tightens.ts';

const timed = { minRequests: 10, maxDuration: '1h' };
const ring = (more: object) => ({ canary: { ...more, ...timed } });
const errors = { metric: 'error_rate', maxIncrease: 0.02 };
const of = (steps: object[], gates: object[] = [errors], more: object = {}) => ({
  name: 'p',
  steps,
  gates,
  ...more,
});
const STAFF = ring({ segment: 'staff' });
const pointers = (document: unknown): string[] => {
  try {
    parsePolicy(document);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return (error.errors ?? []).map(({ pointer }) => pointer);
    throw error;
  }
};

describe('a ring in a policy', () => {
  it('gives half of its units the candidate, unless it says how many', () => {
    const { steps } = parsePolicy(
      of([STAFF, ring({ segments: ['staff', 'pilots'], percentage: '80%' }), ring({ weight: '10%' })]),
    );
    expect(steps.map((step) => step.kind === 'canary' && [step.ring, step.weight])).toEqual([
      ...[
        [['staff'], 5_000],
        [['staff', 'pilots'], 8_000],
        [null, 1_000],
      ],
    ]);
  });

  it.each<[string, object[], string[]]>([
    ['nobody', [ring({})], ['/steps/0/canary']],
    ['a share of everybody and a ring', [ring({ weight: '1%', segment: 'staff' })], ['/steps/0/canary']],
    ['two ways to name segments', [ring({ segment: 'a', segments: ['b'] })], ['/steps/0/canary']],
    [
      'a percentage without a ring',
      [ring({ weight: '1%', percentage: '50%' })],
      ['/steps/0/canary/percentage'],
    ],
    ['a segment twice', [ring({ segments: ['a', 'a'] })], ['/steps/0/canary/segments']],
    ['no segments', [ring({ segments: [] })], ['/steps/0/canary/segments']],
    ['a ring of nobody', [ring({ segment: 'a', percentage: '0%' })], ['/steps/0/canary/percentage']],
    ['a ring behind everybody', [ring({ weight: '1%' }), STAFF], ['/steps/1/canary/segment']],
    [
      'fewer than before',
      [STAFF, ring({ segments: ['staff', 'b'], percentage: '20%' })],
      ['/steps/1/canary/percentage'],
    ],
  ])('is refused: %s', (_title, steps, at) => expect(pointers(of(steps))).toEqual(at));

  it('at 100% leaves nobody to compare with: a gate that compares must be proven elsewhere, or the policy does not validate', () => {
    const whole = ring({ segment: 'staff', percentage: '100%' });
    expect(pointers(of([whole]))).toEqual(['/gates/0']);
    expect(pointers(of([{ shadow: timed }, whole], [errors]))).toEqual([]);
    expect(pointers(of([whole, ring({ weight: '10%' })]))).toEqual([]);
    expect(pointers(of([whole], [errors], { promoteWhen: 'notFailed' }))).toEqual([]);
    const policy = parsePolicy(
      of(
        [whole, ring({ weight: '10%' })],
        [errors, { metric: 'sample_ratio' }, { metric: 'http', url: 'https://j/v' }],
      ),
    );
    const [step] = policy.steps;
    expect(policy.gates.map((gate) => step && isJudgedIn(gate, step))).toEqual([false, false, true]);
    expect(judgedSteps(policy, policy.gates[0]!)).toEqual([1]);
  });

  it('says in its plan who gets the candidate', () => {
    const text = planOf(parsePolicy(of([STAFF, ring({ weight: '10%' })]))).text.join('\n');
    expect(text).toContain('Canary for staff (50% of them)');
    expect(text).toContain('of the units in staff, and nobody else');
  });
});

describe('what is compared', () => {
  const arm = (requests: number): Tally => ({ ...EMPTY_TALLY, requests });
  const evidence: Evidence = Object.fromEntries(
    [0, 1, 2, 3].map((i) => [i, { ...NO_STEP_EVIDENCE, primary: arm(10 + i), candidate: arm(20 + i) }]),
  );
  const policy = parsePolicy(
    of([{ shadow: timed }, STAFF, ring({ segment: 'staff', percentage: '100%' }), ring({ weight: '100%' })]),
  );
  const compared = (i: number) => {
    const { trial, baseline, ratio } = comparedIn(policy, i, evidence);
    return [trial.requests, baseline.requests, ratio];
  };

  it("is a ring's members with each other; of a whole ring nothing; and later never a ring with everybody", () => {
    expect(compared(1)).toEqual([21, 11, 1]);
    expect(compared(2)).toEqual([22, 0, null]);
    // The primary of the shadow, not the one that a ring's members had.
    expect(compared(3)).toEqual([23, 10, null]);
  });
});

describe('the rings of a route', () => {
  const shareText = fc.integer({ min: 1, max: 100 });
  it('are those on trial and before, then those that had more than everybody gets in some step', () => {
    fc.assert(
      fc.property(shareText, shareText, shareText, fc.integer({ min: 0, max: 50 }), (a, b, weight, most) => {
        const held = Math.min(most, 100 - weight);
        const policy = parsePolicy(
          of(
            [
              ring({ segment: 'a', percentage: `${a}%` }),
              ring({ segment: 'b', percentage: `${b}%` }),
              ring({ weight: `${weight}%` }),
              { bake: { duration: '1h', holdBack: `${held}%` } },
            ],
            [errors],
            { promoteWhen: 'notFailed' },
          ),
        );
        expect(ringsAt(policy, 0)).toEqual([{ segment: 'a', share: 100 * a, judged: true }]);
        expect(ringsAt(policy, 1)).toEqual([
          { segment: 'a', share: 100 * a, judged: false },
          { segment: 'b', share: 100 * b, judged: true },
        ]);
        const least = Math.min(weight, 100 - held);
        const left = [
          ['a', a],
          ['b', b],
        ].filter(([, share]) => Number(share) > least);
        for (const step of [2, 3])
          expect(ringsAt(policy, step).map(({ segment, judged }) => [segment, judged])).toEqual(
            left.map(([segment]) => [segment, false]),
          );
      }),
    );
  });
});

describe('a ring tightens', () => {
  const model = of([STAFF, ring({ segments: ['staff', 'pilots'] }), ring({ weight: '10%' })]);
  const looser = (release: object, than: object = model): string[] =>
    tightens(parsePolicy(release), parsePolicy(than))
      .map(({ field }) => field)
      // Of further steps; a release gets the budget for them (`undilutedBudget`).
      .filter((field) => field !== '/alpha' && field !== '/beta');

  it.each<[string, object[], string[]]>([
    [
      'itself, in any order of names',
      [STAFF, ring({ segments: ['pilots', 'staff'] }), ring({ weight: '10%' })],
      [],
    ],
    ['a larger share of it', [ring({ segment: 'staff', percentage: '20%' }), ...model.steps.slice(1)], []],
    [
      'a smaller one that stands before it',
      [ring({ segment: 'staff', percentage: '5%' }), ...model.steps],
      [],
    ],
    [
      'no ring that is larger',
      [
        ring({ segment: 'staff', percentage: '60%' }),
        ring({ segments: ['staff', 'pilots'], percentage: '60%' }),
        ring({ weight: '10%' }),
      ],
      ['/steps/0/canary/percentage', '/steps/1/canary/percentage'],
    ],
    [
      'no other segment',
      [ring({ segment: 'sales' }), ...model.steps.slice(1)],
      ['/steps/0/canary/segment', '/steps/0/canary/percentage'],
    ],
    ['no canary of everybody in its place', [ring({ weight: '1%' }), ring({ weight: '10%' })], ['/steps']],
    [
      'no further ring of others',
      [STAFF, ring({ segment: 'sales' }), ...model.steps.slice(1)],
      ['/steps/1/canary/percentage'],
    ],
  ])('%s', (_title, steps, fields) => {
    const found = looser(of(steps));
    if (fields.length === 0) expect(found).toEqual([]);
    else expect(found).toEqual(expect.arrayContaining([fields[0]]));
  });

  it('a canary of everybody before which it stands, where all of its members would have the candidate there too', () => {
    const plain = of([ring({ weight: '10%' }), ring({ weight: '50%' })]);
    const before = (percentage: string) => of([ring({ segment: 'staff', percentage }), ...plain.steps]);
    expect(looser(before('10%'), plain)).toEqual([]);
    expect(looser(before('11%'), plain)).toContain('/steps/0/canary/percentage');
  });
});

describe('a step for everybody after a ring that keeps more', () => {
  const RINGED = of([STAFF, ring({ weight: '10%' }), ring({ weight: '50%' }), { bake: { duration: '1m' } }]);
  const OPEN = of([ring({ segment: 'staff', percentage: '10%' }), ring({ weight: '10%' })]);
  const said = (document: object, stepIndex: number, candidate: Tally, primary: Tally): string => {
    const policy = parsePolicy(document);
    const step = policy.steps[stepIndex];
    if (step?.kind !== 'canary') throw new Error('no canary');
    const evidence = { [stepIndex]: { ...NO_STEP_EVIDENCE, candidate, primary } };
    return unmetMinimums(policy, stepIndex, step, [], evidence, 0, 0) ?? '';
  };
  const some = { ...EMPTY_TALLY, requests: 3 };

  it.each([1, 2])('says whose requests do not count, and that nobody else has called (step %d)', (at) => {
    expect(said(RINGED, at, EMPTY_TALLY, EMPTY_TALLY)).toBe(
      '0 of 10 requests seen; requests of staff do not count, since members keep what their ring had, and nobody else has called: where staff holds all callers, nobody is left to count',
    );
    expect(said(RINGED, at, some, some)).toBe(
      '3 of 10 requests seen; requests of staff do not count, since members keep what their ring had',
    );
  });

  it('says nothing of a ring whose requests count', () => {
    expect(said(OPEN, 1, EMPTY_TALLY, EMPTY_TALLY)).toBe('0 of 10 requests seen');
  });

  it('is in the plan', () => {
    expect(planOf(parsePolicy(RINGED)).text.join(' ')).toContain('requests of staff do not count');
    expect(planOf(parsePolicy(OPEN)).text.join(' ')).not.toContain('do not count');
  });
});
