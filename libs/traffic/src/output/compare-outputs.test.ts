import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareOutputs,
  kendallTauB,
  ModelAnswer,
  parseJsonPath,
  readJsonPath,
  type OutputSpec,
} from '../index.ts';

const ok = (value: unknown) => new ModelAnswer(200, JSON.stringify(value));
const both = (spec: OutputSpec | null) => ({ primary: spec, candidate: spec });
const label: OutputSpec = { kind: 'label', path: '$.outputs[0].data[0]' };
const digit = (n: number) => ok({ outputs: [{ name: 'label', data: [n] }] });
const score: OutputSpec = { kind: 'score', path: '$.score', tolerance: 0.01 };
const share: OutputSpec = { ...score, relativeTolerance: 0.001 };
const shares: OutputSpec = { kind: 'tensor', path: '$.t', tolerance: 0, relativeTolerance: 0.001 };
const probabilities: OutputSpec = { kind: 'probabilities', path: '$.p' };
const tensor: OutputSpec = { kind: 'tensor', path: '$.t', tolerance: 0.1 };
const ranking: OutputSpec = { kind: 'ranking', path: '$.s', minCorrelation: 0.5 };

describe('comparison of answers', () => {
  it.each([
    ['same label', digit(3), digit(3), label, 'agree'],
    ['other label', digit(3), digit(8), label, 'disagree'],
    ['label missing on the shadow', digit(3), ok({}), label, 'disagree'],
    ['label missing on the primary', ok({}), digit(3), label, 'incomparable'],
    ['shadow failed', digit(3), new ModelAnswer(500, 'oops'), label, 'disagree'],
    ['primary failed', new ModelAnswer(500, 'oops'), digit(3), label, 'incomparable'],
    ['shadow is no JSON', digit(3), new ModelAnswer(200, '<html>'), label, 'disagree'],
    ['score within tolerance', ok({ score: 1 }), ok({ score: 1.005 }), score, 'agree'],
    ['score off', ok({ score: 1 }), ok({ score: 1.02 }), score, 'disagree'],
    ['score within its share', ok({ score: 500 }), ok({ score: 500.4 }), share, 'agree'],
    ['score beyond its share', ok({ score: 500 }), ok({ score: 500.6 }), share, 'disagree'],
    ['score below 0, within its share', ok({ score: -500 }), ok({ score: -500.4 }), share, 'agree'],
    ['score near 0, within the tolerance', ok({ score: 0 }), ok({ score: 0.005 }), share, 'agree'],
    ['score near 0, beyond it', ok({ score: 0.0001 }), ok({ score: 0.02 }), share, 'disagree'],
    [
      'each number of a tensor by its own share',
      ok({ t: [1, 500] }),
      ok({ t: [1.4, 500] }),
      shares,
      'disagree',
    ],
    ['a tensor within its shares', ok({ t: [1, 500] }), ok({ t: [1, 500.4] }), shares, 'agree'],
    ['score null', ok({ score: 1 }), ok({ score: null }), score, 'disagree'],
    ['ranking alike', ok({ s: [1, 2, 3, 4] }), ok({ s: [10, 20, 30, 40] }), ranking, 'agree'],
    ['ranking reversed', ok({ s: [1, 2, 3, 4] }), ok({ s: [4, 3, 2, 1] }), ranking, 'disagree'],
    ['ranking of another length', ok({ s: [1, 2, 3] }), ok({ s: [1, 2] }), ranking, 'disagree'],
    ['ranking that is all ties', ok({ s: [1, 1, 1] }), ok({ s: [1, 2, 3] }), ranking, 'incomparable'],
    ['a ranker that scores all alike', ok({ s: [1, 2, 3] }), ok({ s: [7, 7, 7] }), ranking, 'disagree'],
    ['probabilities, same class', ok({ p: [0.1, 0.9] }), ok({ p: [0.4, 0.6] }), probabilities, 'agree'],
    ['probabilities, other class', ok({ p: [0.1, 0.9] }), ok({ p: [0.6, 0.4] }), probabilities, 'disagree'],
    [
      'probabilities of 1.5 altogether',
      ok({ p: [0.1, 0.9] }),
      ok({ p: [0.6, 0.9] }),
      probabilities,
      'disagree',
    ],
    [
      'tensor within tolerance',
      ok({
        t: [
          [1, 2],
          [3, 4],
        ],
      }),
      ok({
        t: [
          [1, 2.05],
          [3, 4],
        ],
      }),
      tensor,
      'agree',
    ],
    [
      'tensor off in one place',
      ok({
        t: [
          [1, 2],
          [3, 4],
        ],
      }),
      ok({
        t: [
          [1, 2],
          [3, 9],
        ],
      }),
      tensor,
      'disagree',
    ],
    ['tensor with a hole', ok({ t: [1, 2] }), ok({ t: [1, null] }), tensor, 'disagree'],
    ['tensor with "NaN"', ok({ t: [1, 2] }), ok({ t: [1, 'NaN'] }), tensor, 'disagree'],
    ['a bare NaN', ok({ t: [1, 2] }), new ModelAnswer(200, '{"t":[1,NaN]}'), tensor, 'disagree'],
    ['no spec, same value', ok({ a: 1, b: [2] }), new ModelAnswer(200, '{"b":[2], "a":1}'), null, 'agree'],
    ['no spec, other value', ok({ a: 1 }), ok({ a: 2 }), null, 'disagree'],
  ] as const)('%s', (_name, primary, shadow, spec, expected) => {
    expect(compareOutputs(primary, shadow, both(spec)).outcome).toBe(expected);
  });

  it('an answer always agrees with itself', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) => compareOutputs(ok(value), ok(value), both(null)).outcome === 'agree',
      ),
    );
  });
});

describe('comparison by the pair of specs', () => {
  const name: OutputSpec = { kind: 'label', path: '$.name' };
  const other: OutputSpec = { kind: 'label', path: '$.result.class' };
  const [cat, dog] = [ok({ result: { class: 'cat' } }), ok({ result: { class: 'dog' } })];
  const p = ok({ p: [0.1, 0.9] });
  it.each<[string, ModelAnswer, ModelAnswer, OutputSpec | null, OutputSpec | null, string]>([
    ['each by its own', ok({ name: 'cat' }), cat, name, other, 'agree'],
    ['each by its own, other label', ok({ name: 'cat' }), dog, name, other, 'disagree'],
    ["a wrong spec of the primary: by the candidate's", cat, cat, name, other, 'agree'],
    ["a wrong spec of the primary: by the candidate's", cat, dog, name, other, 'disagree'],
    ['a wrong spec of the candidate', cat, cat, other, name, 'disagree'],
    ['a spec of neither reads the primary', ok({}), cat, name, other, 'incomparable'],
    [
      "by the candidate's tolerance",
      ok({ score: 1 }),
      ok({ score: 1.4 }),
      score,
      { ...score, tolerance: 0.5 },
      'agree',
    ],
    ['label and probabilities: the label', ok({ name: 1 }), p, name, probabilities, 'agree'],
    ['probabilities and label: the label', p, ok({ name: '0' }), probabilities, name, 'disagree'],
    ['label and score', cat, ok({ score: 1 }), other, score, 'incomparable'],
    ['tensor and score', ok({ t: [1, 2] }), ok({ score: 1 }), tensor, score, 'incomparable'],
    ['probabilities and tensor: the numbers', p, ok({ t: [0.1, 0.95] }), probabilities, tensor, 'agree'],
    [
      'tensor and ranking: the numbers',
      ok({ t: [1, 2, 3] }),
      ok({ s: [3, 2, 1] }),
      tensor,
      ranking,
      'disagree',
    ],
  ])('%s', (_name, primary, shadow, ofPrimary, ofCandidate, expected) => {
    const compared = compareOutputs(primary, shadow, { primary: ofPrimary, candidate: ofCandidate });
    expect(compared.outcome).toBe(expected);
  });

  it('says that two readings are of kinds that have nothing in common', () => {
    const compared = compareOutputs(cat, ok({ score: 1 }), { primary: other, candidate: score });
    expect(compared).toEqual({ outcome: 'incomparable', unreadable: 'other_kind' });
  });

  it('of any two specs either says so or compares, and never throws', () => {
    const specs = fc.constantFrom<OutputSpec>(name, other, label, score, probabilities, tensor, ranking);
    const answers = fc.constantFrom(
      cat,
      dog,
      p,
      digit(3),
      ok({ t: [1] }),
      ok({ s: [1, 2] }),
      ok({ score: 1 }),
      ok(0),
    );
    fc.assert(
      fc.property(specs, specs, answers, answers, (primary, candidate, a, b) => {
        const { outcome: said } = compareOutputs(a, b, { primary, candidate });
        expect(['agree', 'disagree', 'incomparable']).toContain(said);
      }),
    );
  });
});

describe("Kendall's tau-b", () => {
  it('is 1 with itself, -1 with its reverse', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 30 }), (a) => {
        expect(kendallTauB(a, a)).toBeCloseTo(1, 12);
        expect(
          kendallTauB(
            a,
            a.map((x) => -x),
          ),
        ).toBeCloseTo(-1, 12);
      }),
    );
  });
  it('agrees with scipy.stats.kendalltau on a list with ties', () => {
    expect(kendallTauB([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452079103173, 12);
  });
});

describe('JSON paths', () => {
  it.each([
    ['$', []],
    ['$.a.b', ['a', 'b']],
    ['$.outputs[0].data[12]', ['outputs', 0, 'data', 12]],
    ["$['a b'][1]", ['a b', 1]],
    ['a.b', null],
    ['$..a', null],
    ['$[*]', null],
    ['$.a[', null],
  ])('%s', (text, keys) => expect(parseJsonPath(text)).toEqual(keys));
  it('sees own properties only', () => {
    expect(readJsonPath({}, ['constructor'])).toBeUndefined();
    expect(readJsonPath({ a: [{ b: 5 }] }, ['a', 0, 'b'])).toBe(5);
  });
});

describe('outputs as deep and as wide as a peer likes', () => {
  const spec = { kind: 'tensor', path: '$.y', tolerance: 0 } as const;
  const answerOf = (depth: number, width: number): ModelAnswer => {
    const row = Array.from({ length: width }, (_, i) => i).join(',');
    return new ModelAnswer(200, `{"y":${'['.repeat(depth)}${row}${']'.repeat(depth)}}`);
  };

  it('are compared to 64 levels, and are unreadable beyond, by a spec and by value', () => {
    const shape = fc.record({
      depth: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 200_000 })),
      width: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(shape, fc.constantFrom(spec, null), ({ depth, width }, by) => {
        const isRead = depth + 1 <= 64; // the object is a level too
        const deep = answerOf(depth, width);
        expect(compareOutputs(answerOf(1, width), deep, both(by))).toMatchObject(
          isRead
            ? { outcome: by !== null || depth === 1 ? 'agree' : 'disagree' }
            : { outcome: 'disagree', unreadable: 'too_deep' },
        );
        expect(compareOutputs(deep, answerOf(depth, width), both(by))).toMatchObject(
          isRead ? { outcome: 'agree' } : { outcome: 'incomparable', unreadable: 'too_deep' },
        );
      }),
      {
        numRuns: 100,
        examples: [
          [{ depth: 63, width: 1 }, spec],
          [{ depth: 64, width: 1 }, spec],
        ],
      },
    );
  });
});

describe('rows of a batch', () => {
  const rows: OutputSpec = { kind: 'label', path: '$.predictions[*]' };
  const tensors: OutputSpec = { kind: 'label', path: '$.outputs[0][*]' };
  const vectors: OutputSpec = { kind: 'tensor', path: '$.predictions[*]', tolerance: 0.1 };
  const of = (...predictions: unknown[]) => ok({ predictions });
  const labels = (...data: number[]) =>
    ok({ outputs: [{ name: 'y', datatype: 'INT64', shape: [data.length], data }] });
  const some = { outcome: 'disagree', rows: { compared: 4, agreed: 3 } };
  it.each<[string, ModelAnswer, ModelAnswer, OutputSpec, object]>([
    ['MLflow, one of four differs', of(1, 2, 3, 4), of(1, 2, 3, 5), rows, some],
    ['Open Inference: the first dimension', labels(1, 2, 3, 4), labels(1, 2, 3, 5), tensors, some],
    ['all agree', of(1, 2), of(1, 2), rows, { outcome: 'agree', rows: { compared: 2, agreed: 2 } }],
    ['a request of one row', of('a'), of('a'), rows, { outcome: 'agree', rows: { compared: 1, agreed: 1 } }],
    [
      'the shadow has fewer',
      of(1, 2, 3),
      of(1, 2),
      rows,
      { outcome: 'disagree', rows: { compared: 3, agreed: 0 } },
    ],
    [
      'the shadow has more',
      of(1, 2),
      of(1, 2, 3),
      rows,
      { outcome: 'disagree', rows: { compared: 2, agreed: 0 } },
    ],
    ['the shadow has none', of(1, 2), of(), rows, { outcome: 'disagree', rows: { compared: 2, agreed: 0 } }],
    ['the primary has none', of(), of(1, 2), rows, { outcome: 'incomparable' }],
    ['neither has any', of(), of(), rows, { outcome: 'incomparable' }],
    [
      'the shadow fails',
      of(1, 2),
      new ModelAnswer(500, ''),
      rows,
      { outcome: 'disagree', rows: { compared: 2, agreed: 0 } },
    ],
    [
      'a label that is a list',
      of(1, 2),
      of([1], [2, 3]),
      rows,
      { outcome: 'disagree', rows: { compared: 2, agreed: 0 } },
    ],
    [
      'rows that are lists',
      of([1, 2], [3, 4]),
      of([1, 2.05], [3, 5]),
      vectors,
      { outcome: 'disagree', rows: { compared: 2, agreed: 1 } },
    ],
    [
      'rows that are lists of lists',
      of([[1], [2]], [[3]]),
      of([[1], [2]], [[4]]),
      vectors,
      { rows: { compared: 2, agreed: 1 } },
    ],
    [
      'a row of another length',
      of([1, 2], [3]),
      of([1, 2], [3, 4]),
      vectors,
      { rows: { compared: 2, agreed: 1 } },
    ],
  ])('%s', (_name, primary, shadow, spec, expected) => {
    const compared = compareOutputs(primary, shadow, both(spec));
    expect(compared).toMatchObject(expected);
    if (!('rows' in expected)) expect(compared).not.toHaveProperty('rows');
  });

  it('are counted by class, too', () => {
    const { classes } = compareOutputs(of('a', 'a', 'b'), of('a', 'c', 'b'), both(rows));
    expect(classes).toEqual([
      { label: 'a', outcome: 'disagree', rows: { compared: 2, agreed: 1 } },
      { label: 'b', outcome: 'agree', rows: { compared: 1, agreed: 1 } },
    ]);
  });

  it('are not counted where the spec says how many must agree, or names one place', () => {
    for (const spec of [{ ...rows, agreeing: 0.5 }, label])
      expect(compareOutputs(of(1, 2), of(1, 3), both(spec))).not.toHaveProperty('rows');
  });

  it('has the mean of the differences of scores, whatever the size of the batch', () => {
    const scores: OutputSpec = { kind: 'score', path: '$.predictions[*]', tolerance: 0.1 };
    const delta = (n: number) =>
      compareOutputs(of(...Array<number>(n).fill(1)), of(...Array<number>(n - 1).fill(1), 1.5), both(scores));
    expect([delta(1).scoreDelta, delta(4).scoreDelta]).toEqual([0.5, 0.125]);
  });

  it('of many rankings compares the first items only, as the pairs of all take the time', () => {
    const rankings: OutputSpec = { kind: 'ranking', path: '$.predictions[*]', minCorrelation: 0.5 };
    const up = Array.from({ length: 200 }, (_, i) => i);
    const turned = up.map((i) => (i < 31 ? i : 231 - i));
    const compared = (n: number) =>
      compareOutputs(
        of(...Array<number[]>(n).fill(up)),
        of(...Array<number[]>(n).fill(turned)),
        both(rankings),
      );
    expect(compared(25).rows).toEqual({ compared: 25, agreed: 0 });
    expect(compared(1_000).rows).toEqual({ compared: 1_000, agreed: 1_000 });
  });

  it('of rankings that begin with ties compares from where the primary begins to tell items apart', () => {
    const rankings: OutputSpec = { kind: 'ranking', path: '$.predictions[*]', minCorrelation: 0.5 };
    const ties = (n: number, tail: readonly number[]) => [...Array<number>(n).fill(0), ...tail];
    const up = Array.from({ length: 20 }, (_, i) => i);
    for (const [many, tied] of [
      [1, 200],
      [1_000, 31],
      [1_000, 35],
    ] as const) {
      const batch = (tail: readonly number[]) => of(...Array<number[]>(many).fill(ties(tied, tail)));
      const compared = (tail: readonly number[]) => compareOutputs(batch(up), batch(tail), both(rankings));
      expect(compared(up)).toMatchObject({ rankCorrelation: 1, rows: { compared: many, agreed: many } });
      expect(compared(up.toReversed()).rows).toEqual({ compared: many, agreed: 0 });
    }
  });
});

describe('how far texts are apart', () => {
  const text: OutputSpec = { kind: 'text', path: '$.t', similarity: 0.9 };
  const texts: OutputSpec = { kind: 'text', path: '$.t[*]', similarity: 0.9 };
  it.each([
    ['a character of four', ok({ t: 'abcd' }), ok({ t: 'abcx' }), text, 0.25],
    ['the shadow cannot be read', ok({ t: 'abcd' }), ok({}), text, 1],
    ['the shadow is no JSON', ok({ t: 'abcd' }), new ModelAnswer(200, '<html>'), text, 1],
    ['the shadow refuses', ok({ t: 'abcd' }), new ModelAnswer(400, '{"t":"abcd"}'), text, 1],
    ['the shadow fails', ok({ t: 'abcd' }), new ModelAnswer(502, ''), text, 1],
    ['the primary cannot be read', ok({}), ok({ t: 'abcd' }), text, undefined],
    ['the primary fails', new ModelAnswer(500, ''), ok({ t: 'abcd' }), text, undefined],
    ['no texts', digit(3), ok({}), label, undefined],
    ['a batch', ok({ t: ['abcd', 'xy'] }), ok({ t: ['abcx', 'xy'] }), texts, 0.125],
    ['a batch of fewer', ok({ t: ['abcd', 'xy'] }), ok({ t: ['abcd'] }), texts, 1],
    ['a batch of more', ok({ t: ['abcd'] }), ok({ t: ['abcd', 'xy'] }), texts, 1],
    ['a batch that cannot be read', ok({ t: ['abcd', 'xy'] }), ok({ t: ['abcd', 7] }), texts, 1],
  ])('%s', (_name, primary, shadow, spec, expected) => {
    expect(compareOutputs(primary, shadow, both(spec), { editDistance: true }).editDistance).toBe(expected);
    expect(compareOutputs(primary, shadow, both(spec))).not.toHaveProperty('editDistance');
  });
});
