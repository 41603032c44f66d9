import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { requestOfExample } from './mlflow-example.ts';
import { outputOfMlflow } from './mlflow-output.ts';
import { signatureOfMlflow } from './mlflow-signature.ts';
import { assertMlModelSize, readMlModel } from './read-mlmodel.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
interface Said {
  readonly flavors?: Record<string, unknown>;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}
/** A file as MLflow writes it: JSON is YAML. */
const file = ({
  flavors = { python_function: { loader_module: 'mlflow.sklearn' } },
  inputs,
  outputs,
}: Said) =>
  bytes(
    JSON.stringify({
      flavors,
      signature: { inputs: JSON.stringify(inputs), outputs: JSON.stringify(outputs) },
    }),
  );
const tensor = (dtype: string, shape: readonly number[], name?: string) => [
  { type: 'tensor', 'tensor-spec': { dtype, shape }, ...(name === undefined ? {} : { name }) },
];
const column = (type: string, name?: string | number) => ({
  type,
  required: true,
  ...(name === undefined ? {} : { name }),
});
const near = { tolerance: 1e-6, relativeTolerance: 1e-3 };
const xgboost = (model_class: string) => ({ xgboost: { model_class }, python_function: {} });

describe('how answers are read', () => {
  it.each<[string, Said, unknown]>([
    [
      'a regressor',
      { outputs: tensor('float64', [-1]) },
      { kind: 'score', path: '$.predictions[*]', ...near },
    ],
    [
      'a regressor with a row for each',
      { outputs: tensor('float32', [-1, 1]) },
      { kind: 'score', path: '$.predictions[*][0]', ...near },
    ],
    [
      'a classifier by number',
      { outputs: tensor('int64', [-1]) },
      { kind: 'label', path: '$.predictions[*]' },
    ],
    ['a classifier by name', { outputs: tensor('str', [-1]) }, { kind: 'label', path: '$.predictions[*]' }],
    [
      'a data frame whose column has a number for a name',
      { outputs: [column('double', 0)] },
      { kind: 'score', path: "$.predictions[*]['0']", ...near },
    ],
    ['a list of texts', { outputs: [column('string')] }, { kind: 'label', path: '$.predictions[*]' }],
    [
      'a classifier whose labels are floats',
      { flavors: xgboost('xgboost.sklearn.XGBClassifier'), outputs: tensor('float32', [-1]) },
      { kind: 'label', path: '$.predictions[*]' },
    ],
    [
      'a regressor of counts',
      { flavors: xgboost('xgboost.sklearn.XGBRegressor'), outputs: tensor('int64', [-1]) },
      { kind: 'score', path: '$.predictions[*]', ...near },
    ],
    [
      'probabilities',
      { flavors: { python_function: { predict_fn: 'predict_proba' } }, outputs: tensor('int64', [-1]) },
      { kind: 'probabilities', path: '$.predictions[*]' },
    ],
    [
      'a method whose answers the signature does not describe',
      { flavors: { python_function: { predict_fn: 'decision_function' } }, outputs: tensor('int64', [-1]) },
      null,
    ],
    [
      'several numbers',
      { outputs: tensor('float32', [-1, 384]) },
      { kind: 'tensor', path: '$.predictions', ...near },
    ],
    [
      'tensors by name',
      { outputs: tensor('int64', [-1], 'class') },
      { kind: 'label', path: '$.predictions.class[*]' },
    ],
    [
      'a column',
      { outputs: [column('double', 'price')] },
      { kind: 'score', path: '$.predictions[*].price', ...near },
    ],
    [
      'a column with a blank',
      { outputs: [column('string', 'the class')] },
      { kind: 'label', path: "$.predictions[*]['the class']" },
    ],
    [
      'label and score',
      { outputs: [column('string', 'label'), column('double', 'score')] },
      { kind: 'label', path: '$.predictions[*].label', confidence: '$.predictions[*].score' },
    ],
    [
      'columns of which none is said to be the output',
      { outputs: [column('long', 'a'), column('long', 'b')] },
      null,
    ],
    ['a column whose name ends a path', { outputs: [column('long', "a'] x")] }, null],
    ['two tensors', { outputs: [...tensor('int64', [-1], 'a'), ...tensor('int64', [-1], 'b')] }, null],
    ['a tensor without a shape', { outputs: [{ type: 'tensor', 'tensor-spec': { dtype: 'int64' } }] }, null],
    ['a type that nobody knows', { outputs: [column('quaternion')] }, null],
    ['no outputs', { outputs: [] }, null],
    ['nothing', {}, null],
  ])('of %s', (_what, said, expected) => {
    expect(outputOfMlflow(readMlModel(file(said)))).toEqual(expected);
  });
});

describe('the signature', () => {
  const of = (said: Said) => signatureOfMlflow(readMlModel(file(said)).signature);

  it('has columns by name, and says which are needed', () => {
    const inputs = [column('double', 'a'), { type: 'long', name: 'b', required: false }];
    expect(of({ inputs, outputs: tensor('int64', [-1]) })).toEqual({
      input: {
        type: 'array',
        items: {
          type: 'object',
          properties: { a: { type: 'number' }, b: { type: 'integer' } },
          required: ['a'],
        },
      },
      output: { type: 'array', items: { type: 'integer' } },
    });
  });

  it('has sizes of tensors, and leaves open what is not known', () => {
    expect(of({ inputs: tensor('float64', [-1, 2]), outputs: [{ type: 'any' }] })).toEqual({
      input: { type: 'array', items: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'number' } } },
      output: { type: 'array', items: {} },
    });
  });

  it('goes into lists, maps and objects', () => {
    const inputs = [
      { type: 'array', items: { type: 'string' }, name: 'tags' },
      { type: 'object', properties: { x: { type: 'float', required: false } }, name: 'at' },
      { type: 'map', values: { type: 'boolean' }, name: 'flags' },
    ];
    expect(of({ inputs })?.input).toMatchObject({
      items: {
        properties: {
          tags: { type: 'array', items: { type: 'string' } },
          at: { type: 'object', properties: { x: { type: 'number' } }, required: [] },
          flags: { type: 'object', additionalProperties: { type: 'boolean' } },
        },
      },
    });
  });
});

describe('a file that is not as MLflow writes it', () => {
  const refused = (said: Uint8Array | string): string => {
    try {
      readMlModel(typeof said === 'string' ? bytes(said) : said);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('it was taken');
  };

  it.each<[string, Uint8Array | string, RegExp]>([
    ['empty', '', /cannot be read/],
    ['a list', '- 1', /does not list flavors/],
    ['without flavors', 'signature: {}', /does not list flavors/],
    ['whose flavors are a text', 'flavors: sklearn', /does not list flavors/],
    ['no text', new Uint8Array([0x66, 0xff, 0xfe, 0x80]), /UTF-8/],
    ['half a YAML', 'flavors: {a: [', /cannot be read/],
    ['two documents', 'flavors: {}\n---\nflavors: {}', /more than one document/],
    ['too large', new Uint8Array(1024 * 1024 + 1), /more than 1048576 bytes/],
    ['of many parts', `flavors: {a: [${'1,'.repeat(60_000)}]}`, /more than 50000 parts/],
    ['nested deep', `flavors: {a: ${'['.repeat(500)}${']'.repeat(500)}}`, /nested deeper/],
    [
      'a bomb of aliases',
      [
        'flavors:',
        '  a: &a [1,1,1,1,1,1,1,1,1,1]',
        ...Array.from({ length: 60 }, (_, i) => `  b${i}: [*a,*a,*a]`),
      ].join('\n'),
      /alias/,
    ],
    ['the same key twice', 'flavors: {}\nflavors: {a: {}}', /there twice/],
  ])('is refused when it is %s', (_what, said, because) => {
    expect(refused(said)).toMatch(because);
  });

  it('is refused by its size before it is read', () => {
    expect(() => assertMlModelSize(5e9)).toThrow(/more than 1048576 bytes/);
  });

  it('is read with a byte order mark, in UTF-16, and with tags, which make nothing', () => {
    const text = 'flavors:\n  sklearn: !!python/object/apply:os.system ["true"]\n  b: !!binary aGk=\n';
    const utf16 = new Uint8Array(
      new Uint16Array([0xfeff, ...[...text].map((one) => one.charCodeAt(0))]).buffer,
    );
    for (const said of [bytes(text), bytes(`\uFEFF${text}`), utf16])
      expect([...readMlModel(said).flavors.keys()]).toEqual(['sklearn', 'b']);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '[NaN', /outputs of its signature/],
    ['JSON that is no list', '{"a":1}', /it is no list/],
    ['what cannot be stored', '[{"name":"a\\u0000"}]', /NUL/],
    ['nested too deep to be stored', `${'['.repeat(100)}${']'.repeat(100)}`, /nested deeper/],
    ['a key that is lost', '[{"__proto__":{}}]', /cannot be a key/],
  ])('says which part is not used: outputs are %s', (_what, outputs, because) => {
    const model = readMlModel(bytes(JSON.stringify({ flavors: {}, signature: { inputs: '[]', outputs } })));
    expect([model.unread.length, outputOfMlflow(model)]).toEqual([1, null]);
    expect(model.unread[0]).toMatch(because);
  });

  it('has a signature of no more than 10,000 parts', () => {
    const wide = Array.from({ length: 10_001 }, (_, i) => ({ type: 'long', name: `c${i}` }));
    expect(() => signatureOfMlflow({ inputs: wide, outputs: null })).toThrow(/more than 10000 parts/);
  });

  it('comes to facts or to one clear refusal, whatever it holds', () => {
    const any = fc.oneof(
      fc.anything({ maxDepth: 4 }),
      fc.constantFrom('tensor', 'object', NaN, Infinity, -1, '__proto__'),
    );
    const part = fc.dictionary(
      fc.constantFrom(
        'type',
        'name',
        'tensor-spec',
        'dtype',
        'shape',
        'items',
        'properties',
        'values',
        'required',
      ),
      any,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, any), { maxLength: 4 }), any, (outputs, inputs) => {
        const said = { inputs, outputs };
        const signature = signatureOfMlflow(said);
        JSON.stringify(signature);
        const spec = outputOfMlflow({ flavors: new Map(), signature: said, example: null, unread: [] });
        if (spec !== null) expect(spec.path).toMatch(/^\$\.predictions/);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 })), (text) => {
        try {
          readMlModel(typeof text === 'string' ? bytes(`flavors: {}\nsignature: ${text}`) : text);
        } catch (error) {
          expect((error as { code?: string }).code).toBe('mlmodel_unreadable');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the input example', () => {
  it('is a body already, or becomes one', () => {
    const frame = { columns: ['a'], data: [[1]] };
    expect(requestOfExample(JSON.stringify({ dataframe_split: frame }), true)).toMatchObject({
      ...{ method: 'POST', path: '/invocations', body: { dataframe_split: frame } },
    });
    for (const [example, body] of [
      [frame, { dataframe_split: frame }],
      [[[1, 2]], { inputs: [[1, 2]] }],
      [{ inputs: [1] }, { inputs: [1] }],
      [{ a: [1] }, { inputs: { a: [1] } }],
      ['a text', { inputs: 'a text' }],
    ])
      expect(requestOfExample(JSON.stringify(example), false).body).toEqual(body);
  });

  it.each([
    ['[[NaN]]', /it holds NaN, which JSON has not/],
    ['[[1', /it is no JSON/],
    ['[[1]]', /no JSON object/],
  ])('%s is refused as a body', (text, because) => {
    expect(() => requestOfExample(text, true)).toThrow(because);
  });
});
