import { describe, expect, it } from '@jest/globals';
import { BLOCKED, coarseBucket, EMPTY_TALLY, sketchOf, sliceAt, unitBlock, type Tally } from '#libs/stats';
import { seededRandom } from '../../../stats/src/seeded-random.fixture.ts';
import {
  decide,
  DEFAULT_POLICY_DOCUMENT,
  MADE_PRIMARY_BY_HAND,
  NO_STEP_EVIDENCE,
  parsePolicy,
} from '../index.ts';
import type { Evidence, RolloutView } from '../index.ts';

const policy = parsePolicy(DEFAULT_POLICY_DOCUMENT);
const [CANARY, BAKE] = [4, 5];
const START = 1_700_000_000_000;
const OVER = 600_000;

interface World {
  readonly requests: number;
  readonly failing: number;
  readonly ms?: number;
  readonly units: number;
}

/** An arm whose requests come from so many units, spread over the groups. */
function arm({ requests, failing, ms = 20, units }: World, seed = 1): Tally {
  const random = seededRandom(seed);
  const hashes = Array.from({ length: units }, () => Math.floor(random() * 2 ** 32));
  const errors = Math.round(requests * failing);
  const used = Math.min(32, units);
  const spread = (many: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: used }, (_, i) => [String(i), many / used]));
  const inBucket = (n: number) => ({ [String(coarseBucket(ms))]: n });
  const groups = Array.from({ length: used }, (_, i) => [unitBlock(i), inBucket(requests / used)] as const);
  return {
    ...{ ...EMPTY_TALLY, requests, errors, latency: sketchOf(Array<number>(requests).fill(ms)) },
    blocks: { [BLOCKED.latency]: { ...Object.fromEntries(groups), [sliceAt(START)]: inBucket(requests) } },
    histograms: { unit_requests: spread(requests), unit_errors: spread(errors) },
    units: hashes.sort((a, b) => a - b).slice(0, 64),
  };
}

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
const good = (units: number, requests = 4_000): World => ({ requests, failing: 0, units });
const before = (units: number) => ({
  [CANARY]: { ...NO_STEP_EVIDENCE, primary: arm(good(units)), candidate: arm(good(units)) },
});
function end(
  own: World,
  held: World | null,
  canaryUnits: number,
  elapsed = OVER,
  over: Partial<RolloutView> = {},
) {
  const evidence: Evidence = {
    ...before(canaryUnits),
    [BAKE]: { ...NO_STEP_EVIDENCE, primary: arm(own), candidate: held === null ? EMPTY_TALLY : arm(held, 2) },
  };
  return decide({ ...view, ...over }, evidence, START + elapsed);
}

/** Bakes of which the time is over, and whose gates have compared nothing. */
const UNCOMPARED: [string, World, World | null, RegExp][] = [
  ['nobody has called', good(0, 0), null, /nobody has called/],
  [
    'nobody who is held back calls, and half fails',
    { requests: 900, failing: 0.5, units: 60 },
    null,
    /nobody who is held back .*does not pass/,
  ],
  [
    'one unit of twenty is held back, and all is ten times slower',
    { requests: 900, failing: 0, ms: 200, units: 19 },
    { requests: 50, failing: 0, units: 1 },
    /latency_p95 .* 1 unit held back and 19 units/,
  ],
  [
    'the old server has stopped, and more fails',
    { requests: 900, failing: 0.6, units: 60 },
    { requests: 50, failing: 1, units: 20 },
    /the old version has failed 50 of the 50/,
  ],
  [
    'two units are held back, and it is a little slower',
    { requests: 900, failing: 0, ms: 26, units: 18 },
    { requests: 50, failing: 0, units: 2 },
    /at least 5 each/,
  ],
  [
    'nobody is held back, and nobody knows how it was before',
    { requests: 900, failing: 0, units: 3 },
    null,
    /too few units/,
  ],
];

describe('a bake whose held-back units say nothing', () => {
  it.each([
    ['early', 5_000],
    ['at its end', OVER],
  ])('gives back a primary that nearly always fails: %s', (_title, elapsed) => {
    expect(end({ requests: 300, failing: 1, units: 60 }, null, 60, elapsed)).toMatchObject({
      kind: 'rollback',
      because: 'served: the new primary has answered 0 of its 300 requests',
    });
  });

  it('leaves a primary alone that fails as the old version does, or for one or two callers only', () => {
    const everything = { requests: 4_000, failing: 1, units: 60 };
    expect(end(everything, { ...everything, requests: 200, units: 20 }, 60, 5_000).kind).toBe('hold');
    expect(end({ ...everything, units: 2 }, null, 2, 5_000).kind).toBe('hold');
  });

  it.each(UNCOMPARED)('is no success of the gates: %s', (_title, own, held, why) => {
    const whys = expect.stringMatching(why);
    for (const promoteWhen of ['proven', 'notFailed'] as const)
      for (const outOfTime of ['pause', 'rollback'] as const) {
        const over = { policy: { ...policy, promoteWhen, onUndecided: outOfTime, onNoData: outOfTime } };
        const decision = end(own, held, own.units, OVER, over);
        expect(decision).toMatchObject({ kind: outOfTime, because: whys });
        expect(decision.because).toMatch(/^10m of bake are over and /);
        const names = / skip keeps the new primary, abort goes back$/.test(decision.because);
        expect(names).toBe(outOfTime === 'pause');
        // Before its time nobody has a say but harm.
        expect(end(own, held, own.units, OVER - 1, over).kind).toBe('hold');
      }
  });

  it.each(UNCOMPARED)(
    'ends by itself where a person made it primary, and says so: %s',
    (_title, own, held, why) => {
      const byHand = { acceptedFaults: [MADE_PRIMARY_BY_HAND] };
      const decision = end(own, held, own.units, OVER, byHand);
      expect(decision).toMatchObject({ kind: 'advance', because: expect.stringMatching(why) });
      expect(decision.because).toMatch(
        /^10m of bake are over; a person made it primary, and nothing could be compared: /,
      );
      expect(end(own, held, own.units, OVER - 1, byHand).kind).toBe('hold');
    },
  );

  it('by a person or not: one that answers nobody loses its place, and one that is worse than the units held back', () => {
    const byHand = { acceptedFaults: [MADE_PRIMARY_BY_HAND] };
    expect(end({ requests: 300, failing: 1, units: 60 }, null, 60, OVER, byHand).kind).toBe('rollback');
    const held = { requests: 600, failing: 0, units: 60 };
    expect(end({ requests: 900, failing: 0.5, units: 60 }, held, 60, OVER, byHand).kind).toBe('rollback');
  });

  it('ends where the primary does as well as the old one did before the promotion', () => {
    expect(end(good(200), null, 200)).toMatchObject({ kind: 'advance' });
    expect(end(good(200), { requests: 40, failing: 0, units: 3 }, 200)).toMatchObject({ kind: 'advance' });
  });

  it('ends where both arms were compared, and where the policy holds nobody back', () => {
    expect(end(good(60), { requests: 100, failing: 0, units: 5 }, 60)).toMatchObject({
      kind: 'advance',
      because: 'no harm was found in 10m of bake',
    });
    const alone = parsePolicy({
      ...DEFAULT_POLICY_DOCUMENT,
      steps: [...DEFAULT_POLICY_DOCUMENT.steps.slice(0, BAKE), { bake: { duration: '10m', holdBack: '0%' } }],
    });
    expect(end(good(60), null, 60, OVER, { policy: alone }).kind).toBe('advance');
    // But for one in which nobody called at all.
    const uncalled = end(good(0, 0), null, 60, OVER, { policy: { ...alone, onNoData: 'rollback' } });
    expect(uncalled).toMatchObject({ kind: 'rollback', because: expect.stringMatching(/nobody has called/) });
  });
});
