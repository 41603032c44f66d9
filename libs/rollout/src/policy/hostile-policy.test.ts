import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { parsePolicy } from '../index.ts';

const number = fc.oneof(
  fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 1e9, Infinity, NaN),
  fc.double({ min: -2, max: 2, noNaN: true }),
);
const duration = fc.constantFrom('1s', '1h', '0s', '-1s', '1000d', '', 5);
const share = fc.constantFrom('10%', '100%', '0%', '101%', '-1%', 'x', 0.5);
const anything = fc.oneof(number, duration, share, fc.constantFrom(null, true, [], {}, 'x'));
const gate = fc.record(
  {
    metric: fc.constantFrom(
      ...[
        'error_rate',
        'schema_violations',
        'latency_p95',
        'latency_mean',
        'ttft_p95',
        'agreement',
        'rank_correlation',
      ],
      ...['score_delta', 'output_drift', 'confidence', 'input_drift', 'sample_ratio', 'output_tokens_mean'],
      ...['feedback', 'feedback.click', 'prometheus', 'http', 'x'],
    ),
    maxIncrease: number,
    maxDecrease: number,
    maxIncreaseRatio: number,
    minRatio: number,
    min: number,
    max: number,
    startPeriod: duration,
    interval: duration,
    dryRun: anything,
    in: fc.constantFrom(['canary'], ['shadow'], ['bake'], [], 'canary'),
    segments: fc.constantFrom({ header: 'x', most: 3 }, { most: -1 }, 'x'),
  },
  { requiredKeys: ['metric'] },
);
const step = fc.oneof(
  fc.record({
    shadow: fc.record({ sample: share, minRequests: number, maxDuration: duration }, { requiredKeys: [] }),
  }),
  fc.record({
    canary: fc.record({ weight: share, minRequests: number, maxDuration: duration }, { requiredKeys: [] }),
  }),
  fc.record({ approval: fc.record({ approvers: number, maxDuration: duration }, { requiredKeys: [] }) }),
  fc.record({ bake: fc.record({ duration, holdBack: share }, { requiredKeys: [] }) }),
  fc.constantFrom({ checks: {} }, {}, 'x', null),
);
const document = fc.record(
  {
    name: fc.constantFrom('p', '', 5),
    steps: fc.array(step, { maxLength: 4 }),
    gates: fc.array(gate, { maxLength: 3 }),
    promoteWhen: fc.constantFrom('proven', 'notFailed', 'x'),
    alpha: number,
    localTrip: fc.constantFrom(false, { failures: 3, of: 2 }, { failures: 0, of: 0 }),
    freeze: fc.array(fc.record({ cron: fc.constantFrom('* * * * *', 'x'), duration }), { maxLength: 1 }),
  },
  { requiredKeys: ['steps', 'gates'] },
);

it('whatever a policy document says, it is one, or every mistake is named: nothing else is thrown', () => {
  fc.assert(
    fc.property(document, (written) => {
      try {
        parsePolicy(written);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        expect(error.errors.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 4_000 },
  );
});
