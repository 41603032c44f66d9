import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPrediction, type PredictionRules } from '#libs/traffic';
import { predictionPaths } from './prediction-paths.ts';

/** As Envoy reads them: the first rule whose expression is the whole path. */
const byRules = (model: string, rest: string, rules?: PredictionRules): boolean => {
  const path = `/models/${model}${rest}`;
  const first = predictionPaths(`/models/${model}`, rules).find((one) =>
    new RegExp(`^(?:${one.path})$`).test(path),
  );
  return first?.isPrediction ?? false;
};

const SEGMENTS = [
  ...[
    'v1',
    'v2',
    'models',
    'm',
    'health',
    'ready',
    'infer',
    'generate',
    'm:predict',
    'm:explain',
    'versions',
    '3',
  ],
  ...[
    'invocations',
    'chat',
    'completions',
    'responses',
    'files',
    'tokenize',
    'metrics',
    'ping',
    'a.b',
    'metadata',
  ],
];
const path = fc
  .array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 6 })
  .map((all) => `/${all.join('/')}`);
const pattern = fc
  .array(fc.constantFrom('**', '*', 'v*', 'models', 'infer', '*:predict', 'a.b'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((all) => `/${all.join('/')}`);

it('the expressions say of every path what `isPrediction` says', () => {
  fc.assert(
    fc.property(path, fc.constantFrom('', '/'), (rest, end) => {
      expect([rest, byRules('one', rest + end)]).toEqual([rest, isPrediction('POST', rest + end)]);
    }),
    { numRuns: 2_000 },
  );
});

it('the same with patterns of a model', () => {
  fc.assert(
    fc.property(path, fc.array(pattern, { minLength: 1, maxLength: 3 }), (rest, paths) => {
      expect([rest, byRules('one', rest, { paths })]).toEqual([rest, isPrediction('POST', rest, { paths })]);
    }),
    { numRuns: 2_000 },
  );
});

it('a model whose name begins with the name of another one is another one', () => {
  const rules = predictionPaths('/models/at-100');
  for (const url of ['/models/at-1000/infer', '/models/at-1000/metrics', '/models/at-100x'])
    expect(rules.filter((one) => new RegExp(`^(?:${one.path})$`).test(url))).toEqual([]);
});
