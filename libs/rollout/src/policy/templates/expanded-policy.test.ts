import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expandedPolicy } from './expanded-policy.ts';
import { parseKeptPolicy, parsePolicy } from '../parse-policy.ts';

/** What a `prometheus` gate could have before it could name a metric: processes of releases before read nothing else. */
const KNOWN_BEFORE = [
  ...['name', 'in', 'dryRun', 'startPeriod', 'metric', 'interval', 'consecutiveFailures'],
  ...['source', 'query', 'min', 'max'],
];
const STEPS = [{ canary: { weight: '10%', minRequests: 100, minDuration: '10m', maxDuration: '1h' } }];
const of = (...gates: object[]) => ({ name: 'p', promoteWhen: 'notFailed', steps: STEPS, gates });

const bound = fc.double({ min: 0, max: 1_000, noNaN: true });
const named = fc
  .record(
    {
      window: fc.constantFrom('30s', '5m', '1h'),
      source: fc.constantFrom('default', 'other'),
      interval: fc.constantFrom('10s', '1m'),
      consecutiveFailures: fc.integer({ min: 1, max: 5 }),
      dryRun: fc.boolean(),
      in: fc.constantFrom(['canary'], ['canary', 'bake']),
      startPeriod: fc.constantFrom('0s', '30s'),
      min: bound,
    },
    { requiredKeys: [] },
  )
  .chain((more) =>
    fc.record({
      metric: fc.constant('prometheus'),
      target: fc.constantFrom(
        ...['error_rate', 'latency_p50', 'latency_p95', 'latency_p99'].map((of) => ({ from: 'istio', of })),
        ...['latency_p50', 'latency_p95', 'latency_p99'].map((of) => ({ from: 'kserve', of })),
      ),
      service: fc.constantFrom('digits-v{{version}}', 'v{{version}}-digits'),
      namespace: fc.constantFrom('models', 'a-b'),
      max: fc.double({ min: more.min ?? 0, max: 2_000, noNaN: true }),
      more: fc.constant(more),
    }),
  )
  .map(({ target, more, ...gate }) => ({ ...gate, ...target, ...more }));
const plain = fc.constantFrom<object>(
  { metric: 'prometheus', query: 'up', max: 1 },
  { metric: 'error_rate', maxIncrease: 0.01 },
  { metric: 'http', url: 'https://h.example/' },
);

it('what is kept is the same policy, in words that a release before reads', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(named, plain), { maxLength: 6 }), (gates) => {
      const document = of(...gates.map((gate, i) => ({ ...gate, name: `gate ${i}` })));
      const kept = expandedPolicy(document) as typeof document;
      expect(parseKeptPolicy(kept)).toEqual(parsePolicy(document));
      for (const gate of kept.gates)
        if ('metric' in gate && gate.metric === 'prometheus')
          expect(Object.keys(gate).filter((key) => !KNOWN_BEFORE.includes(key))).toEqual([]);
      expect(expandedPolicy(kept)).toBe(kept);
    }),
  );
});

it.each<unknown>([
  ...[null, 'text', [], { gates: 'none' }, { gates: [null, 1, 'x', { from: 'istio' }] }],
  of({
    metric: 'prometheus',
    from: 'istio',
    of: 'error_rate',
    service: 'digits',
    namespace: 'models',
    max: 1,
  }),
  of({ metric: 'prometheus', from: 'istio', query: 'up', max: 1 }),
  of({ metric: 'prometheus', from: 'kserve', of: 'error_rate', max: 1 }),
])('%j has nothing to expand: parsing says what is wrong with it', (document) =>
  expect(expandedPolicy(document)).toBe(document),
);
