import fc from 'fast-check';

/** A policy that asks for nothing that a model must have. */
export const SMALL = {
  name: 'small',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
};
const RING = {
  ...SMALL,
  steps: [{ canary: { segment: 'staff', minRequests: 10, maxDuration: '1h' } }, ...SMALL.steps],
};
const COST = { ...SMALL, gates: [...SMALL.gates, { metric: 'cost_mean', maxIncreaseRatio: 1.5 }] };

const price = fc.constantFrom(0.5, 1, 2);

/** What somebody may write of a model: parts that are there or not, that need each other or not, and some that are refused. */
export const SETTINGS_OF_A_MODEL = fc.record(
  {
    description: fc.constantFrom('', 'scores payments', 'zoë'),
    tags: fc.dictionary(fc.constantFrom('team', 'tier'), fc.constantFrom('a', 'b')),
    policy: fc.constantFrom<object>(SMALL, RING, COST),
    callers: fc.constantFrom<object>(
      {},
      { unit: { cookie: 'sid' } },
      { unit: { header: 'x' }, repeatable: false },
    ),
    prices: fc.oneof(fc.constant({}), fc.record({ input: price, output: price })),
    segments: fc.dictionary(
      fc.constantFrom('staff', 'beta'),
      fc.constantFrom({ header: 'x-team', values: ['a'] }, { units: ['ann', 'ann ', 'bob'] }),
    ),
    environment: fc.constantFrom<object>(
      {},
      { name: 'prod' },
      { name: 'prod', after: 'any-a' },
      { name: 'staging', after: 'any-b' },
    ),
    golden: fc.constantFrom({ items: [] }, { items: [{ name: 'one', path: '/predict', body: { x: 1 } }] }),
    autoRollout: fc.boolean(),
    servingUrlTemplate: fc.constantFrom(null, 'http://models.example/{model}/{version}'),
  },
  { requiredKeys: [] },
);
