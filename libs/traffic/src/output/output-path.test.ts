import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareOutputs,
  describeUnread,
  ModelAnswer,
  type OutputSpec,
  parseOutputPath,
  readOutput,
  textSimilarity,
} from '../index.ts';

const score = (path: string): OutputSpec => ({ kind: 'score', path, tolerance: 0 });
const both = (spec: OutputSpec) => ({ primary: spec, candidate: spec });
const answer = (value: unknown) => new ModelAnswer(200, JSON.stringify(value));

describe('output paths', () => {
  it.each<[string, unknown]>([
    ['$.a[0]', { keys: ['a', 0], each: null }],
    ['$.a[*]', { keys: ['a'], each: [] }],
    ["$.a[*].b['c d']", { keys: ['a'], each: ['b', 'c d'] }],
    ["$['a[*]b']", { keys: ['a[*]b'], each: null }],
    ['$[*]', { keys: [], each: [] }],
    ['$.a[*].b[*]', null],
    ['a[*]', null],
    ['$.a[*', null],
    ['$..a', null],
  ])('%s', (text, parsed) => expect(parseOutputPath(text)).toEqual(parsed));

  const tensor = fc
    .record({ rows: fc.integer({ min: 1, max: 9 }), columns: fc.integer({ min: 1, max: 5 }) })
    .chain(({ rows, columns }) =>
      fc
        .array(fc.integer({ min: -1_000, max: 1_000 }), {
          minLength: rows * columns,
          maxLength: rows * columns,
        })
        .map((flat) => ({ rows, columns, flat })),
    );

  it('read a tensor alike, whether its data are one list or nested, whole, by row and by index', () => {
    fc.assert(
      fc.property(tensor, ({ rows, columns, flat }) => {
        const nested = Array.from({ length: rows }, (_, r) => flat.slice(r * columns, (r + 1) * columns));
        const [one, other] = [flat, nested].map((data) => ({
          outputs: [{ name: 'y', datatype: 'FP32', shape: [rows, columns], data }],
        }));
        for (const path of ['$.outputs[0]', "$.outputs['y'][*]", `$.outputs.y[${rows - 1}]`]) {
          const spec: OutputSpec = { kind: 'tensor', path, tolerance: 0 };
          expect(readOutput(one, spec)).toEqual(readOutput(other, spec));
          expect(readOutput(one, spec)).not.toBeNull();
        }
        const last = score(`$.outputs[0][${rows - 1}][${columns - 1}]`);
        expect([readOutput(one, last), readOutput(other, last)]).toEqual([
          { score: flat.at(-1) },
          { score: flat.at(-1) },
        ]);
        expect(readOutput(one, score(`$.outputs[0][${rows}][0]`))).toBeNull();
      }),
    );
  });

  it('with [*] read every instance as its index reads it, and agree when all, or enough, of them do', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        scores,
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, changed, agreeing) => {
          const b = a.map((x, i) => (changed[i] ? x + 1 : x));
          const [primary, shadow] = [
            answer({ p: a.map((s) => ({ s })) }),
            answer({ p: b.map((s) => ({ s })) }),
          ];
          const read = readOutput(primary.json(), score('$.p[*].s'));
          expect(read?.instances).toEqual(a.map((_x, i) => readOutput(primary.json(), score(`$.p[${i}].s`))));
          const same = a.filter((x, i) => x === b[i]).length / a.length;
          const all = compareOutputs(primary, shadow, both(score('$.p[*].s')));
          expect(all.outcome).toBe(same === 1 ? 'agree' : 'disagree');
          const some = compareOutputs(primary, shadow, both({ ...score('$.p[*].s'), agreeing }));
          expect(some.outcome).toBe(same >= agreeing ? 'agree' : 'disagree');
        },
      ),
    );
  });

  it('with [*] read no batch without an instance, with one that is unreadable, or of another size', () => {
    const spec = score('$.p[*]');
    for (const p of [[], [1, null], [1, '2'], {}, 1, 'text', null])
      expect([p, readOutput({ p }, spec)]).toEqual([p, null]);
    expect(compareOutputs(answer({ p: [1, 2] }), answer({ p: [1] }), both(spec)).outcome).toBe('disagree');
    // Beyond what is read, instances are counted.
    const [many, more] = [5_000, 5_001].map((n) => answer({ p: Array<number>(n).fill(1) }));
    expect(compareOutputs(many!, more!, both(spec)).outcome).toBe('disagree');
    expect(compareOutputs(many!, many!, both(spec)).outcome).toBe('agree');
  });

  it('read integers that no number holds, as labels to the last digit', () => {
    const spec: OutputSpec = { kind: 'label', path: '$.id' };
    expect(readOutput({ id: 9007199254740993n }, spec)).toEqual({ label: '9007199254740993' });
    expect(readOutput({ id: 9007199254740993n }, score('$.id'))).toBeNull();
    expect(readOutput({ p: new Float32Array([0.5, 1]) }, score('$.p[*]'))?.count).toBe(2);
  });
});

describe('classes of a comparison', () => {
  const spec: OutputSpec = { kind: 'label', path: '$.p[*]' };
  const labels = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });

  it('are those that the primary names, each compared as a batch of its instances alone', () => {
    fc.assert(
      fc.property(labels, labels, fc.constantFrom(undefined, 0.5), (a, other, agreeing) => {
        const b = a.map((label, i) => other[i] ?? label);
        const by = both({ ...spec, agreeing });
        const { classes } = compareOutputs(answer({ p: a }), answer({ p: b }), by);
        const alone = [...new Set(a)].map((label) => {
          const [ours, theirs] = [a, b].map((list) => ({ p: list.filter((_one, i) => a[i] === label) }));
          const { outcome, rows } = compareOutputs(answer(ours), answer(theirs), by);
          return { label, outcome, ...(rows && { rows }) };
        });
        expect(classes).toEqual(alone);
      }),
    );
  });

  it('disagree where the candidate gives no answer that can be read, or one of another size', () => {
    for (const shadow of [new ModelAnswer(500, ''), new ModelAnswer(200, '{}'), answer({ p: ['a'] })])
      expect(compareOutputs(answer({ p: ['a', 'b'] }), shadow, both(spec)).classes).toEqual([
        { label: 'a', outcome: 'disagree', rows: { compared: 1, agreed: 0 } },
        { label: 'b', outcome: 'disagree', rows: { compared: 1, agreed: 0 } },
      ]);
  });

  it('are few, and none where nothing is named', () => {
    const many = answer({ p: Array.from({ length: 500 }, (_, i) => `label ${i}`) });
    expect(compareOutputs(many, many, both(spec)).classes).toHaveLength(50);
    const numbers = answer({ p: [1, 2] });
    expect(compareOutputs(numbers, numbers, both(score('$.p[*]'))).classes).toBeUndefined();
  });
});

describe('what is said of an answer that is not read', () => {
  const specs = fc.constantFrom<OutputSpec>(
    { kind: 'label', path: '$.a', confidence: '$.b' },
    { kind: 'label', path: '$.a[*]' },
    { kind: 'text', path: '$.a[0]', similarity: 1 },
    { kind: 'probabilities', path: '$[*]' },
    { kind: 'tensor', path: '$.a', tolerance: 0 },
    { kind: 'ranking', path: "$['a'].data", minCorrelation: 0 },
    score('$.a'),
  );
  const part = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('secret', 0.5, 1, true, null, NaN),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: [] }),
    ),
  })).value;

  it('is said of these and no others, in few words, without a value of the answer', () => {
    fc.assert(
      fc.property(part, specs, (value, spec) => {
        const unread = describeUnread(value, spec);
        expect(unread === null).toBe(readOutput(value, spec) !== null);
        expect(unread?.detail ?? '').not.toContain('secret');
        expect((unread?.detail ?? '').length).toBeLessThan(300);
      }),
      { numRuns: 500 },
    );
  });
});

describe('text similarity', () => {
  it.each([
    ['the cat sat', 'The  cat sat\n', 1],
    ['the cat sat', 'the dog sat', 2 / 3],
    ['a b', 'b a', 1],
    ['', '', 1],
    ['a', '', 0],
  ])('of %j and %j', (a, b, expected) => {
    expect(textSimilarity(a, b, 1_000)).toBeCloseTo(expected, 9);
  });
  it('is 1 only for the same words in the same order', () => {
    expect(textSimilarity('a b', 'b a', 1_000)).toBeLessThan(1);
    fc.assert(fc.property(fc.string(), (text) => textSimilarity(text, text, 1_000) === 1));
  });
});
