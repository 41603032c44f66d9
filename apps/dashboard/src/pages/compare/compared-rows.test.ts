import { describe, expect, it } from '@jest/globals';
import { type Compared, comparedGroups, type ComparedRollout } from './compared-rows.ts';

const VERSION = {
  ...{ version: 1, state: 'registered', description: '', createdAt: 'then', createdBy: 'ci', tags: {} },
  ...{ artifact: null, servingUrls: [], healthPath: null, outputSpec: null, signature: null, metrics: {} },
  ...{ aliases: [], upstreams: [], source: {}, dataset: {} },
} as const satisfies Compared['version'];
const tensor = (name: string, size: number) => ({ name, datatype: 'FP32', shape: [-1, size] });
const policy = (margin: number) => ({
  ...{ name: 'p', steps: [{ canary: { weight: '10%' } }] },
  gates: [{ metric: 'error_rate', maxIncrease: margin }],
});
const ROLLOUT: ComparedRollout = {
  ...{ id: 'r', state: 'succeeded', reason: 'as planned', decision: null, createdAt: 'then' },
  ...{ policy: policy(0.01), policyHash: 'h1', verdicts: [] },
};
const side = (version: Partial<Compared['version']>, rollout: Compared['rollout'] = null): Compared => ({
  ...{ version: { ...VERSION, ...version }, rollout },
});
const rows = (name: string, left: Compared, right: Compared) =>
  comparedGroups(left, right, (iso) => iso)
    .find((group) => group.name === name)
    ?.rows.map(({ differs, difference, ...row }) => [row.name, row.left, row.right, difference ?? differs]);

describe('two versions beside each other', () => {
  it('tells metrics apart, by how much, and which are missing', () => {
    const [left, right] = [
      { auc: 0.91234, loss: 0.2, f1: 0.5 },
      { auc: 0.91236, loss: 0.2, recall: 1 },
    ];
    expect(rows('Metrics', side({ metrics: left }), side({ metrics: right }))).toEqual([
      ['auc', '0.91234', '0.91236', '+0.00002'],
      ['f1', '0.5', null, true],
      ['loss', '0.2', '0.2', false],
      ['recall', null, '1', true],
    ]);
  });

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'knows that nothing is said of “%s” where only the other side says it',
    (name) => {
      const numbers = JSON.parse(`{"${name}":1}`) as Record<string, number>;
      const texts = JSON.parse(`{"${name}":"x"}`) as Record<string, string>;
      expect([
        rows('Metrics', side({ metrics: numbers }), side({})),
        rows('Metrics', side({}), side({ metrics: numbers })),
        rows('Tags', side({}), side({ tags: texts })),
      ]).toEqual([[[name, '1', null, true]], [[name, null, '1', true]], [[name, null, 'x', true]]]);
    },
  );

  it('compares texts by their names', () => {
    expect(rows('Tags', side({ tags: { a: '1', b: '2' } }), side({ tags: { b: '2', a: '3' } }))).toEqual([
      ['a', '1', '3', true],
      ['b', '2', '2', false],
    ]);
  });

  it.each([
    [
      'tensors, in whatever order',
      { inputs: [tensor('x', 2), tensor('y', 3)], outputs: [tensor('z', 1)] },
      { inputs: [tensor('y', 4), tensor('x', 2)], outputs: [tensor('z', 1)] },
      [
        ['x (in)', 'FP32 any × 2', 'FP32 any × 2', false],
        ['y (in)', 'FP32 any × 3', 'FP32 any × 4', true],
        ['z (out)', 'FP32 any × 1', 'FP32 any × 1', false],
      ],
    ],
    ['another form', { type: 'object' }, null, [['as JSON', '{\n "type": "object"\n}', null, true]]],
    ['none', null, null, undefined],
  ])('compares signatures: %s', (_, left, right, expected) => {
    expect(rows('Signature', side({ signature: left }), side({ signature: right }))).toEqual(expected);
  });

  it('compares the policies that the two went by, gate by gate', () => {
    const other = { ...ROLLOUT, policy: policy(0.02), policyHash: 'h2' };
    expect(rows('Policy used', side({}, ROLLOUT), side({}, other))).toEqual([
      ['Name', 'p', 'p', false],
      ['Steps', 'canary 10%', 'canary 10%', false],
      [
        'Gate error_rate',
        'metric: error_rate\nmaxIncrease: 0.01',
        'metric: error_rate\nmaxIncrease: 0.02',
        true,
      ],
      ['Hash', 'h1', 'h2', true],
    ]);
  });

  it('compares verdicts, also by segment, where only one was judged', () => {
    const verdict = { gate: 'error_rate', because: '1 of 9', dryRun: false, segment: 'plan=free' };
    const judged = { ...ROLLOUT, verdicts: [{ ...verdict, verdict: 'fail' }] } as unknown as ComparedRollout;
    expect(rows('Verdicts', side({}, ROLLOUT), side({}, judged))).toEqual([
      ['error_rate of plan=free', null, 'worse than allowed: 1 of 9', true],
    ]);
    expect(rows('Verdicts', side({}), side({}))).toBeUndefined();
  });
});
