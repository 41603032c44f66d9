import { describe, expect, it } from '@jest/globals';
import { addValue, EMPTY_TALLY, NO_MOMENTS, sketchOf, type Tally } from '#libs/stats';
import { seededRandom } from '../../stats/src/seeded-random.fixture.ts';
import { decide, NO_STEP_EVIDENCE, parsePolicy, type RolloutView } from './index.ts';

const NAME = 'feedback.click';
const START = 1_700_000_000_000;
const policyOf = (gate: Record<string, unknown>) =>
  parsePolicy({
    name: 'clicks',
    steps: [{ canary: { weight: '50%', minRequests: 100, maxDuration: '2h' } }],
    gates: [{ metric: NAME, maxDecrease: 0.02, ...gate }],
  });
const viewOf = (policy: RolloutView['policy']): RolloutView => ({
  ...{ state: 'running', stepIndex: 0, stepStartedAt: START, clockStoppedAt: null, policy, hasPrimary: true },
  ...{ deployment: { state: 'ready', message: '' }, checks: [], approvedBy: [], lastGoodPrimaryAt: null },
  ...{ blockedBy: null, overridesFreeze: false },
});

interface World {
  readonly clicks: { readonly primary: number; readonly candidate: number };
  /** How long after an answer its click comes, in seconds. */
  readonly delay: (random: () => number) => number;
  /** What callers report of an answer that was not clicked. */
  readonly zeros?: boolean;
}

/** Twenty answers a second, and a look each twenty seconds. @returns what was decided, and after how many seconds */
function play(
  { clicks, delay, zeros = false }: World,
  gate: Record<string, unknown>,
  seed = 1,
  most = 3_600,
) {
  const random = seededRandom(seed);
  const view = viewOf(policyOf(gate));
  const requests = { primary: 0, candidate: 0 };
  const moments = { primary: NO_MOMENTS, candidate: NO_MOMENTS };
  const coming: { readonly at: number; readonly arm: 'primary' | 'candidate'; readonly value: number }[] = [];
  for (let second = 1; second <= most; second++) {
    for (let i = 0; i < 20; i++) {
      const arm = random() < 0.5 ? 'candidate' : 'primary';
      requests[arm]++;
      const value = random() < clicks[arm] ? 1 : 0;
      if (value === 1 || zeros) coming.push({ at: second + delay(random), arm, value });
    }
    if (second % 20 !== 0) continue;
    for (let i = coming.length - 1; i >= 0; i--) {
      const one = coming[i]!;
      if (one.at > second) continue;
      moments[one.arm] = addValue(moments[one.arm], one.value);
      coming.splice(i, 1);
    }
    const of = (arm: 'primary' | 'candidate'): Tally => ({
      ...{ ...EMPTY_TALLY, requests: requests[arm], latency: sketchOf([]) },
      measures: moments[arm].n === 0 ? {} : { [NAME]: moments[arm] },
    });
    const evidence = { 0: { ...NO_STEP_EVIDENCE, primary: of('primary'), candidate: of('candidate') } };
    const decision = decide(view, evidence, START + second * 1_000);
    if (decision.kind !== 'hold') return { kind: decision.kind, second, because: decision.because };
  }
  return { kind: 'hold', second: most, because: '' };
}
const SEEDS = Array.from({ length: 4 }, (_, i) => i + 1);
const atOnce = () => 0;
const slow = (random: () => number) => 600 * random();

describe('where only clicks are reported', () => {
  it.each([
    ['at once', atOnce, {}],
    ['within ten minutes, as the gate says', slow, { window: '10m' }],
    ['within a minute, and the gate does not say', (random: () => number) => 60 * random(), {}],
  ])('a candidate that halves them is rolled back: they come %s', (_title, delay, gate) => {
    const found = SEEDS.map(
      (seed) => play({ clicks: { primary: 0.1, candidate: 0.05 }, delay }, gate, seed).kind,
    );
    expect(found).toEqual(SEEDS.map(() => 'rollback'));
  });

  it.each([
    ['at once', atOnce, {}],
    ['within ten minutes, as the gate says', slow, { window: '10m' }],
  ])('a good one is promoted: they come %s', (_title, delay, gate) => {
    const found = SEEDS.map(
      (seed) => play({ clicks: { primary: 0.1, candidate: 0.1 }, delay }, gate, seed).kind,
    );
    expect(found).toEqual(SEEDS.map(() => 'promote'));
  });

  it('nothing is proven of answers whose clicks are still to come', () => {
    // All come after nine minutes: until then nobody knows, and after that it is harm.
    const late = { clicks: { primary: 0.1, candidate: 0.06 }, delay: () => 540 };
    for (const seed of SEEDS) {
      const { kind, second } = play(late, { window: '10m' }, seed);
      expect([kind, second > 540]).toEqual(['rollback', true]);
    }
  });

  it('says over what it is, and that there is nothing yet', () => {
    const none = play({ clicks: { primary: 0, candidate: 0 }, delay: atOnce }, {}, 1, 7_200);
    expect(none).toMatchObject({
      kind: 'pause',
      because: expect.stringMatching(/no click has been reported/),
    });
  });
});

describe('where zeros are reported too', () => {
  it('a proportion is over what was reported, and needs no window', () => {
    const same = { clicks: { primary: 0.1, candidate: 0.1 }, delay: atOnce, zeros: true };
    const worse = { clicks: { primary: 0.1, candidate: 0.05 }, delay: atOnce, zeros: true };
    for (const seed of SEEDS) {
      const [good, bad] = [play(same, { window: '30m' }, seed), play(worse, { window: '30m' }, seed)];
      expect([good.kind, bad.kind]).toEqual(['promote', 'rollback']);
      // The verdicts of before, to the second: the window plays no part.
      expect(play(same, { window: '0s' }, seed)).toEqual(good);
    }
  });
});
