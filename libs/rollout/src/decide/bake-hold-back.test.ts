import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import { decide, DEFAULT_POLICY_DOCUMENT, NO_STEP_EVIDENCE, parsePolicy, planOf } from '../index.ts';
import type { Evidence, RolloutView } from '../index.ts';

const BAKE = 5;
const START = 1_700_000_000_000;
const base = { ...NO_STEP_EVIDENCE };

/** As many requests, of which a share fails; none of a unit's own. */
function arm(requests: number, failing: number): Tally {
  const groups = Array.from({ length: 32 }, (_, i) => String(i));
  const spread = (many: number): Record<string, number> =>
    Object.fromEntries(groups.map((group) => [group, many / groups.length]));
  const errors = Math.round(requests * failing);
  return {
    ...{ ...EMPTY_TALLY, requests, errors, latency: sketchOf(Array<number>(requests).fill(20)) },
    histograms: { unit_requests: spread(requests), unit_errors: spread(errors) },
  };
}

const withHoldBack = (holdBack?: string) =>
  parsePolicy({
    ...DEFAULT_POLICY_DOCUMENT,
    steps: [
      ...DEFAULT_POLICY_DOCUMENT.steps.slice(0, BAKE),
      { bake: { duration: '10m', ...(holdBack === undefined ? {} : { holdBack }) } },
    ],
  });

/** The default policy's bake at 10 requests a second: before it 1 % fail, and in it as many as `rate` says of each second. */
function bake(
  policy: ReturnType<typeof withHoldBack>,
  rate: (second: number) => [own: number, held: number],
) {
  const step = policy.steps[BAKE];
  const heldBack = step?.kind === 'bake' ? step.holdBack / 10_000 : 0;
  const before: Evidence = { 4: { ...base, primary: arm(3_200, 0.01), candidate: arm(3_200, 0.01) } };
  const view: RolloutView = {
    ...{
      state: 'baking',
      stepIndex: BAKE,
      stepStartedAt: START,
      clockStoppedAt: null,
      policy,
      hasPrimary: true,
    },
    ...{ deployment: { state: 'ready', message: '' }, checks: [], approvedBy: [], lastGoodPrimaryAt: null },
    ...{ blockedBy: null, overridesFreeze: false },
  };
  const sum = { own: { n: 0, bad: 0 }, held: { n: 0, bad: 0 } };
  for (let second = 1; second <= 600; second++) {
    const [own, held] = rate(second);
    const ofHeld = 10 * heldBack;
    sum.own = { n: sum.own.n + 10 - ofHeld, bad: sum.own.bad + (10 - ofHeld) * own };
    sum.held = { n: sum.held.n + ofHeld, bad: sum.held.bad + ofHeld * held };
    if (second % 5 !== 0) continue;
    const of = ({ n, bad }: { n: number; bad: number }): Tally => {
      const requests = Math.round(n);
      return arm(requests, requests === 0 ? 0 : Math.round(bad) / requests);
    };
    const evidence = { ...before, [BAKE]: { ...base, primary: of(sum.own), candidate: of(sum.held) } };
    const decision = decide(view, evidence, START + second * 1_000);
    if (decision.kind !== 'hold') return { ...decision, second };
  }
  return null;
}

const outage = (second: number): number => (second > 60 && second <= 240 ? 0.4 : 0.01);

describe('a bake', () => {
  it('of the default policy holds 5 % back, and a shared outage rolls nothing back', () => {
    expect(withHoldBack().steps[BAKE]).toMatchObject({ holdBack: 500 });
    expect(bake(withHoldBack(), (s) => [outage(s), outage(s)])).toMatchObject({
      kind: 'advance',
      second: 600,
    });
  });

  it('finds harm of the new primary itself all the same', () => {
    expect(bake(withHoldBack(), () => [0.4, 0.01])?.kind).toBe('rollback');
  });

  // Mutant: `failed-bake-is-proven`.
  it('that holds nobody back, by choice, rolls nothing back for an outage, and proves nothing either', () => {
    expect(bake(withHoldBack('0%'), (s) => [outage(s), 0])).toMatchObject({
      ...{ kind: 'pause', second: 600 },
      because: expect.stringMatching(/error_rate failed, which rolls nothing back/),
    });
  });

  it('that holds nobody back, by choice, ends well in an hour with some more failures', () => {
    expect(bake(withHoldBack('0%'), () => [0.03, 0])).toMatchObject({ kind: 'advance', second: 600 });
  });

  it.each([
    ['of gates that do not compare', [{ metric: 'http', name: 'q', url: 'https://x.example' }], 0],
    ['of gates against the training data', [{ metric: 'output_drift', max: 0.2, against: 'baseline' }], 0],
    ['of a gate that is only shown', [{ metric: 'error_rate', maxIncrease: 0.1, dryRun: true }], 0],
    ['of a gate that is judged before only', [{ metric: 'error_rate', maxIncrease: 0.1, in: ['canary'] }], 0],
    ['of a gate that compares', [{ metric: 'latency_p95', maxIncreaseRatio: 2 }], 500],
  ])('holds back as many units as it needs: %s', (_title, gates, holdBack) => {
    const canary = { canary: { weight: '50%', minRequests: 1, maxDuration: '1m' } };
    const parsed = parsePolicy({
      ...{ name: 'x', steps: [canary, { bake: { duration: '1m' } }], gates, promoteWhen: 'notFailed' },
    });
    expect(parsed.steps[1]).toMatchObject({ holdBack });
  });

  it('says in the plan who can give the primary back', () => {
    const text = (holdBack?: string): string => planOf(withHoldBack(holdBack)).text.join('\n');
    expect(text()).toMatch(/against 5% of the units held back on it/);
    expect(text('0%')).toMatch(/nobody is held back on it, so no gate rolls back/);
  });
});
