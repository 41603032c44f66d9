import { describe, expect, it } from '@jest/globals';
import { EMPTY_TALLY } from '#libs/stats';
import { NO_STEP_EVIDENCE, parsePolicy, waitingFor, type Evidence } from '../index.ts';

const START = 1_000_000;
const policy = parsePolicy({
  name: 'p',
  steps: [{ canary: { weight: '50%', minRequests: 500, maxDuration: '2h' } }, { approval: {} }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
});
const standing = {
  policy,
  stepIndex: 0,
  stepStartedAt: START,
  clockStoppedAt: null,
  state: 'running',
} as const;
const seen = (requests: number): Evidence => ({
  0: { ...NO_STEP_EVIDENCE, candidate: { ...EMPTY_TALLY, requests } },
});

describe('what a rollout waits for', () => {
  it.each<[string, number, number, string]>([
    ['minutes', 312, 598_000, '312 of 500 requests seen, about 6m at the present rate'],
    ['seconds', 400, 100_000, '400 of 500 requests seen, about 30s at the present rate'],
    ['the last moment', 499, 60_000, '499 of 500 requests seen, about 10s at the present rate'],
    ['days', 1, 3 * 3_600_000, '1 of 500 requests seen, about 62d at the present rate'],
    ['nobody can say', 0, 60_000, '0 of 500 requests seen'],
    ['it has them', 700, 60_000, '700 of 500 requests seen'],
    ['the clock has not run', 3, 0, '3 of 500 requests seen'],
  ])('%s', (_what, requests, elapsed, said) => {
    expect(
      waitingFor(standing, `${requests} of 500 requests seen`, {
        evidence: seen(requests),
        now: START + elapsed,
      }),
    ).toBe(said);
  });

  it('is what the last look said, where there is no evidence to go by, or no minimum', () => {
    expect(waitingFor(standing, 'frozen until then')).toBe('frozen until then');
    const asks = { ...standing, state: 'awaiting_approval', stepIndex: 1 } as const;
    expect(
      waitingFor(asks, 'waiting for approval: 0 of 1', { evidence: seen(3), now: START + 9_000 }),
    ).toMatch(/0 of 1$/);
    expect(waitingFor(standing, null)).toBe('nobody has looked at it yet');
  });

  it('says nothing of how long, where it waits for something else, or its clock stands still', () => {
    const now = { evidence: seen(312), now: START + 598_000 };
    for (const because of [
      'frozen until then',
      'no gateway has been heard of; the clock of the step stands still',
    ])
      expect(waitingFor(standing, because, now)).toBe(because);
    const stopped = { ...standing, clockStoppedAt: START + 1 };
    expect(waitingFor(stopped, '312 of 500 requests seen', now)).toBe('312 of 500 requests seen');
  });

  it('is nothing when it has ended', () => {
    expect(waitingFor({ ...standing, state: 'succeeded' }, 'all is well')).toBeNull();
  });
});
