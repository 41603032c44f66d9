import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, FEEDBACK_PREFIX, sketchOf, type Tally } from '#libs/stats';
import {
  decide,
  NO_STEP_EVIDENCE,
  parsePolicy,
  segmentsNamedBy,
  tightens,
  type Arms,
  type CheckResult,
  type Evidence,
  type Policy,
  type RolloutView,
  type StepEvidence,
} from '../index.ts';
import { anyDocument } from './any-policy.fixture.ts';
import { frozenFor, nearTo } from './changed-policy.fixture.ts';
import { matchSteps } from './tighter-steps.ts';

/*
 * What "tightens" is worth: a rollout by the release's policy that stands where one by the model's
 * stands, on the same evidence, at the same time, is never let further. Steps that only the release
 * has sent no traffic here: what they show beyond is the release's own gain in evidence.
 */
const START = 4 * 86_400_000;
const HOUR = 3_600_000;

const bad = fc.constantFrom(0, 0, 0.01, 0.05, 0.3, 0.9);
const anyTally = fc
  .record({
    requests: fc.constantFrom(0, 1, 20, 100, 400, 2_000),
    bad,
    fed: fc.constantFrom(0, 0.6),
    slow: fc.constantFrom(5, 8, 200),
  })
  .map(({ requests, bad: share, fed, slow }): Tally => {
    const n = Math.round(requests * fed);
    return {
      ...EMPTY_TALLY,
      requests,
      errors: Math.round(requests * share),
      compared: requests,
      agreed: Math.round(requests * (1 - share)),
      latency: sketchOf(Array.from({ length: Math.min(requests, 200) }, (_, i) => slow + (i % 10) / 10)),
      measures:
        n === 0 ? {} : { [`${FEEDBACK_PREFIX}click`]: { n, mean: 1 - share, m2: n * share * (1 - share) } },
    };
  });
const anyArms: fc.Arbitrary<Arms> = fc.record({ primary: anyTally, candidate: anyTally, shadow: anyTally });
const SEGMENTED = ['agreement', 'error_rate', 'failures', 'feedback.click'];
const anyStep: fc.Arbitrary<StepEvidence> = fc
  .record({
    arms: anyArms,
    of: anyArms,
    segmented: fc.boolean(),
    outcome: fc.constantFrom('pass' as const, 'fail' as const, 'undecided' as const),
    consecutiveFailures: fc.nat(4),
    consecutiveErrors: fc.constantFrom(0, 0, 1, 5, 12),
    asked: fc.boolean(),
  })
  .map(({ arms, of, segmented, asked, ...reading }) => ({
    ...arms,
    sources: asked ? { http: { value: 1, because: 'it says so', at: START, ...reading } } : {},
    segments: segmented ? Object.fromEntries(SEGMENTED.map((gate) => [`${gate}=de`, of])) : {},
  }));

const anyChecks = fc.constantFrom<readonly CheckResult[] | null>(
  null,
  [{ check: 'golden', outcome: 'pass', because: 'it said so', saw: {} }],
  [{ check: 'golden', outcome: 'fail', because: 'it said so', saw: {} }],
);
const anyMoment = fc.record({
  state: fc.constantFrom('pending' as const, 'running' as const, 'running' as const, 'paused' as const),
  elapsed: fc.constantFrom(0, 5_000, 60_000, 200_000, HOUR, 3 * HOUR),
  hour: fc.constantFrom(0, 0.5, 6.7, 12.2),
  started: fc.constantFrom(true, true, true, false),
  hasPrimary: fc.constantFrom(true, true, true, false),
  checks: anyChecks,
  approved: fc.nat(4),
  recently: fc.boolean(),
  blocked: fc.constantFrom(null, null, null, 'it waits'),
  at: fc.nat(1_000),
});
type Moment = typeof anyMoment extends fc.Arbitrary<infer M> ? M : never;

const inHistory = anyDocument.chain((document) =>
  nearTo(document, true).map((stricter) => [document, stricter] as const),
);
const evidences = fc.array(anyStep, { minLength: 10, maxLength: 10 });

/** A rollout by a policy at one of its steps. */
function viewAt(policy: Policy, stepIndex: number, moment: Moment): readonly [RolloutView, number] {
  const { elapsed, hour, started, approved, hasPrimary, checks, recently, blocked } = moment;
  const now = START + hour * HOUR;
  const kind = policy.steps[stepIndex]?.kind;
  const live =
    kind === 'bake'
      ? ('baking' as const)
      : kind === 'approval' && moment.state === 'running'
        ? ('awaiting_approval' as const)
        : moment.state;
  const view: RolloutView = {
    ...{ policy, stepIndex, checks, clockStoppedAt: null, overridesFreeze: false },
    state: moment.state === 'pending' ? 'pending' : live,
    stepStartedAt: started ? now - elapsed : null,
    hasPrimary: hasPrimary || kind === 'shadow' || kind === 'canary' || kind === 'bake',
    deployment: { state: 'ready', message: '' },
    approvedBy: Array.from({ length: approved }, (_, i) => `user:${i}`),
    lastGoodPrimaryAt: recently ? now - HOUR / 2 : null,
    blockedBy: blocked,
  };
  return [view, now];
}

/** The share of callers whom the candidate answers at a step, in basis points. @param segment of its members; `null`: of callers in none */
const shareAt = ({ steps }: Policy, index: number, segment: string | null = null): number =>
  steps.slice(0, index + 1).reduce((share, step) => {
    if (step.kind === 'bake') return 10_000;
    if (step.kind !== 'canary') return share;
    const isMine = step.ring === null || step.ring.some((one) => one === segment);
    return isMine ? Math.max(share, step.weight) : share;
  }, 0);

const goesOn = (kind: string): boolean => kind === 'advance' || kind === 'promote';

describe('a policy that tightens another', () => {
  it('never promotes or goes on where the other would not, and stops for harm where the other does', () => {
    const seen = { pairs: 0, goes: 0, harm: 0 };
    fc.assert(
      fc.property(inHistory, evidences, anyMoment, ([document, stricter], found, moment) => {
        const model = parsePolicy(document);
        const release = frozenFor(parsePolicy(stricter), model);
        if (tightens(release, model).length > 0 || model.steps.length === 0) return;
        const { stands } = matchSteps(release, model);
        const at = moment.at % model.steps.length;
        const evidence: Evidence = Object.fromEntries(found.slice(0, at + 1).map((step, i) => [i, step]));
        // The same candidate shows the same in a further step as in the step before it.
        let shown: StepEvidence = NO_STEP_EVIDENCE;
        const same: Evidence = Object.fromEntries(
          release.steps.map((_, i) => [i, (shown = evidence[stands.indexOf(i)] ?? shown)]),
        );
        const [own, now] = viewAt(model, at, moment);
        const [strict] = viewAt(release, stands[at]!, moment);
        const [theirs, ours] = [decide(own, evidence, now), decide(strict, same, now)];
        seen.pairs++;
        // A further step at no more traffic, or at no more than the other has here, shows the candidate to nobody whom that
        // would not; what is proven at the end is asked there.
        const most = Math.max(shareAt(release, strict.stepIndex), shareAt(model, at));
        const staysAt = ours.kind === 'advance' && shareAt(release, ours.toStep) <= most;
        if (goesOn(ours.kind) && !staysAt) {
          seen.goes++;
          // What is promoted here is promoted there, or goes on to what is left there.
          expect([ours.because, theirs.kind]).toEqual([
            ours.because,
            expect.stringMatching(/advance|promote/),
          ]);
          if (ours.kind === 'promote') expect(theirs.kind).toBe('promote');
        }
        const harm = theirs.verdicts.some(
          (v) => v.verdict === 'fail' && !v.dryRun && v.onFail === 'rollback',
        );
        if (theirs.kind === 'rollback' && harm) {
          seen.harm++;
          expect([theirs.because, ours.kind]).toEqual([theirs.because, 'rollback']);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(seen.pairs).toBeGreaterThan(100);
    expect(seen.goes).toBeGreaterThan(20);
    expect(seen.harm).toBeGreaterThan(10);
  }, 120_000);

  /** How many callers, of 10,000, get the candidate's answers in each minute, when nothing is wrong with it. */
  function wayOf(policy: Policy, minutes: number, segment: string | null): readonly number[] {
    const way: number[] = [];
    let stepIndex = 0;
    let state: RolloutView['state'] = 'pending';
    let since = START;
    const evidence: Record<number, StepEvidence> = {};
    for (let minute = 0; minute < minutes; minute++) {
      const now = START + minute * 60_000;
      const step = policy.steps[stepIndex];
      if (state !== 'pending' && step && step.kind !== 'checks' && step.kind !== 'approval') {
        const share =
          (step.kind === 'canary' ? step.weight : step.kind === 'shadow' ? step.sample : 10_000) / 10_000;
        const before = evidence[stepIndex] ?? NO_STEP_EVIDENCE;
        const candidate = before.candidate.requests + share * 100;
        const seen: Tally = { ...EMPTY_TALLY, requests: candidate, compared: candidate, agreed: candidate };
        evidence[stepIndex] = { ...before, candidate: seen, shadow: seen };
      }
      const decision = decide(
        {
          ...{ policy, state, stepIndex, stepStartedAt: since, hasPrimary: true, clockStoppedAt: null },
          ...{
            deployment: { state: 'ready', message: '' },
            checks: [],
            lastGoodPrimaryAt: null,
            blockedBy: null,
          },
          ...{
            overridesFreeze: false,
            approvedBy: now - since >= 120_000 ? ['anna', 'ben', 'cem', 'dana', 'eve'] : [],
          },
        },
        evidence,
        now,
      );
      if (decision.kind === 'advance') stepIndex = decision.toStep;
      if (decision.kind === 'promote')
        stepIndex = Math.max(
          0,
          policy.steps.findIndex(({ kind }) => kind === 'bake'),
        );
      if (goesOn(decision.kind)) {
        since = now;
        const kind = policy.steps[stepIndex]?.kind;
        const isOver = decision.kind === 'promote' && kind !== 'bake';
        state =
          isOver || kind === undefined
            ? 'succeeded'
            : kind === 'bake'
              ? 'baking'
              : kind === 'approval'
                ? 'awaiting_approval'
                : 'running';
      }
      if (decision.kind === 'rollback' || decision.kind === 'pause')
        return [...way, ...Array<number>(minutes - minute).fill(-1)];
      const now100 = state === 'succeeded' || state === 'baking';
      way.push(now100 ? 10_000 : state === 'pending' ? 0 : shareAt(policy, stepIndex, segment));
    }
    return way;
  }

  it('shows the candidate to no more callers, at no time, when nothing is wrong with it', () => {
    let compared = 0;
    const two = anyDocument.chain((document) =>
      nearTo(document, false).map((stricter) => [document, stricter] as const),
    );
    fc.assert(
      fc.property(two, ([document, stricter]) => {
        const plain = { gates: [], promoteWhen: 'notFailed', rollbackWindow: '0s' };
        const model = parsePolicy({ ...document, ...plain });
        const release = frozenFor(parsePolicy({ ...stricter, ...plain }), model);
        if (tightens(release, model).length > 0) return;
        compared++;
        const named = segmentsNamedBy({ steps: [...model.steps, ...release.steps] });
        for (const segment of new Set([null, ...named.map((one) => one.segment)])) {
          const [theirs, ours] = [wayOf(model, 150, segment), wayOf(release, 150, segment)];
          const early = ours.findIndex((share, minute) => theirs[minute] !== -1 && share > theirs[minute]!);
          expect({ early, model: theirs[early], release: ours[early], segment }).toEqual({
            early: -1,
            segment,
          });
        }
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(30);
  }, 120_000);
});
