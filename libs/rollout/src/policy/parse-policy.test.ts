import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import {
  AT_ONCE_POLICY_DOCUMENT,
  budgetOf,
  DEFAULT_POLICY_DOCUMENT,
  parsePolicy,
  type EvidenceGate,
} from '../index.ts';

const good = {
  name: 'p',
  steps: [{ canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
};
function mistakes(document: unknown): string[] {
  try {
    parsePolicy(document);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.errors.map((e) => e.pointer);
  }
}

describe('policies', () => {
  it('reads the default policy', () => {
    const policy = parsePolicy(DEFAULT_POLICY_DOCUMENT);
    expect(policy.steps.map((s) => s.kind)).toEqual([
      'checks',
      'shadow',
      'canary',
      'canary',
      'canary',
      'bake',
    ]);
    expect(policy.steps[2]).toMatchObject({ weight: 100, minDurationMs: 60_000 });
    // agreement in 1 step, the other two gates in 5 each
    const budgets = policy.gates.map((gate) => budgetOf(policy, gate as EvidenceGate));
    // A tenth of alpha is for trips.
    const parts = [1 / 11, 5 / 11, 5 / 11];
    budgets.forEach((b, i) => expect(b.harm).toBeCloseTo(0.045 * (parts[i] ?? 0), 12));
    expect(budgets.map((b) => b.safety)).toEqual([0.05, 0.05, 0.05]);
  });
  it('reads the policy of an admin', () => expect(parsePolicy(AT_ONCE_POLICY_DOCUMENT).steps).toEqual([]));

  it.each<[string, unknown, string[]]>([
    ['an unknown key', { ...good, stepz: [] }, ['']],
    ['a gate without a condition', { ...good, gates: [{ metric: 'error_rate' }] }, ['/gates/0']],
    [
      'points that are no share',
      { ...good, gates: [{ metric: 'error_rate', maxIncrease: { points: 1, ratio: 5 } }] },
      ['/gates/0/maxIncrease/points'],
    ],
    [
      'a multiple that chance alone reaches',
      { ...good, gates: [{ metric: 'error_rate', maxIncrease: { points: 0.01, ratio: 1.5 } }] },
      ['/gates/0/maxIncrease/ratio'],
    ],
    [
      'points without a multiple',
      { ...good, gates: [{ metric: 'error_rate', maxIncrease: { points: 0.01 } }] },
      ['/gates/0/maxIncrease'],
    ],
    [
      'a multiple beside a multiple',
      {
        ...good,
        gates: [{ metric: 'error_rate', maxIncrease: { points: 0.01, ratio: 5 }, maxIncreaseRatio: 2 }],
      },
      ['/gates/0'],
    ],
    [
      'a multiple of times beside their increase',
      { ...good, gates: [{ metric: 'latency_p95', maxIncrease: { points: 0.01, ratio: 5 } }] },
      ['/gates/0/maxIncrease'],
    ],
    ['a latency gate without a margin', { ...good, gates: [{ metric: 'latency_p95' }] }, ['/gates/0']],
    [
      'a latency gate with two margins',
      { ...good, gates: [{ metric: 'latency_p95', maxIncrease: 5, maxIncreaseRatio: 2 }] },
      ['/gates/0'],
    ],
    ['a token gate without a margin', { ...good, gates: [{ metric: 'output_tokens_mean' }] }, ['/gates/0']],
    [
      'a token gate with a margin on both sides',
      { ...good, gates: [{ metric: 'output_tokens_mean', maxIncrease: 5, minRatio: 0.9 }] },
      ['/gates/0'],
    ],
    [
      'a token gate that no tokens may differ in',
      { ...good, gates: [{ metric: 'output_tokens_mean', maxDecrease: 0 }] },
      ['/gates/0'],
    ],
    ['a name that nobody can read', { ...good, name: ' \u200b' }, ['/name']],
    [
      "a gate's name that nobody can read",
      { ...good, gates: [{ name: '\u2800', metric: 'error_rate', maxIncrease: 0.1 }] },
      ['/gates/0/name'],
    ],
    ['an unknown metric', { ...good, gates: [{ metric: 'vibes', min: 1 }] }, ['/gates/0/metric']],
    [
      'a weight that is a number',
      { ...good, steps: [{ canary: { weight: 1, minRequests: 10, maxDuration: '1h' } }] },
      ['/steps/0/canary/weight'],
    ],
    [
      'a weight over 100 %',
      { ...good, steps: [{ canary: { weight: '101%', minRequests: 10, maxDuration: '1h' } }] },
      ['/steps/0/canary/weight'],
    ],
    [
      'no maxDuration',
      { ...good, steps: [{ canary: { weight: '1%', minRequests: 10 } }] },
      ['/steps/0/canary/maxDuration'],
    ],
    [
      'a step of two kinds',
      {
        ...good,
        steps: [{ bake: { duration: '1m' }, canary: { weight: '1%', minRequests: 1, maxDuration: '1h' } }],
      },
      ['/steps/0'],
    ],
    [
      'an infinite margin',
      { ...good, gates: [{ metric: 'error_rate', maxIncrease: Infinity }] },
      ['/gates/0/maxIncrease'],
    ],
    ['nothing to prove', { ...good, gates: [] }, ['/gates']],
    [
      'a gate that no step can pass',
      { ...good, gates: [{ metric: 'agreement', min: 0.9 }] },
      ['/gates/0/in'],
    ],
    [
      'weights that shrink',
      {
        ...good,
        steps: [
          ...good.steps.map(() => ({ canary: { weight: '50%', minRequests: 1, maxDuration: '1h' } })),
          ...good.steps,
        ],
      },
      ['/steps/1/canary/weight'],
    ],
    ['checks after traffic', { ...good, steps: [...good.steps, { checks: {} }] }, ['/steps/1']],
    [
      'an unknown check',
      { ...good, steps: [{ checks: { vibes: 'required' } }, ...good.steps] },
      ['/steps/0/checks'],
    ],
    ['two gates of one name', { ...good, gates: [...good.gates, ...good.gates] }, ['/gates/1/name']],
    [
      'a query without a bound',
      { ...good, gates: [...good.gates, { metric: 'prometheus', query: 'up' }] },
      ['/gates/1'],
    ],
    [
      'a judge behind no URL',
      { ...good, gates: [...good.gates, { metric: 'http', url: 'file:///etc/passwd' }] },
      ['/gates/1/url'],
    ],
    [
      'a cron pattern that never comes, and a zone that is nowhere',
      {
        ...good,
        freeze: [
          { cron: '0 0 30 2 *', duration: '1d' },
          { cron: '0 0 * * *', duration: '1d', timeZone: 'Mars/Olympus' },
          { cron: '* * * * * *', duration: '40d' },
        ],
      },
      ['/freeze/0/cron', '/freeze/1/timeZone', '/freeze/2/cron', '/freeze/2/duration'],
    ],
    ['an approval that is asked for and not there', { ...good, first: 'approval' }, ['/first']],
    [
      'more than four decimals of nothing',
      { ...good, steps: [{ canary: { weight: '0.001%', minRequests: 10, maxDuration: '1h' } }] },
      ['/steps/0/canary/weight'],
    ],
    ['bake in the middle', { ...good, steps: [{ bake: { duration: '1m' } }, ...good.steps] }, ['/steps/0']],
  ])('refuses %s and says where', (_name, document, pointers) =>
    expect(mistakes(document)).toEqual(pointers),
  );
});
