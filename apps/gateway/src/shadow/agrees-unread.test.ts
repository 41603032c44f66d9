import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Comparison, compareOutputs, ModelAnswer, type OutputSpec } from '#libs/traffic';
import { agreesUnread, ReadableOfLate } from './agrees-unread.ts';

/** What is counted of rows: the share that agrees. */
const shareOf = ({ rows, ...rest }: Comparison) =>
  rows === undefined ? rest : { ...rest, share: rows.agreed / rows.compared };

const SPECS: readonly (OutputSpec | null)[] = [
  null,
  { kind: 'label', path: '$.label' },
  { kind: 'label', path: '$.all[*].label' },
  { kind: 'label', path: '$.all[*].label', agreeing: 0.5 },
  { kind: 'score', path: '$.score', tolerance: 0 },
  { kind: 'score', path: '$.all[*].score', tolerance: 0.1 },
  { kind: 'tensor', path: '$.scores', tolerance: 0 },
  { kind: 'probabilities', path: '$.probabilities' },
  { kind: 'ranking', path: '$.scores', minCorrelation: 0.9 },
  { kind: 'text', path: '$.label', similarity: 0.9 },
];
const one = fc.record({ label: fc.string(), score: fc.double({ noNaN: true, min: -1e3, max: 1e3 }) });
const answer = fc
  .record({
    label: fc.oneof(fc.string(), fc.integer()),
    score: fc.oneof(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), fc.constant(null)),
    scores: fc.array(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), { maxLength: 5 }),
    probabilities: fc.constantFrom([0.2, 0.8], [1], [0.5, 0.5], [0.9, 0.9], []),
    all: fc.array(one, { maxLength: 4 }),
  })
  .map((value) => Buffer.from(JSON.stringify(value)));

it('says of equal bytes what reading them says, wherever they can be read', () => {
  fc.assert(
    fc.property(answer, fc.constantFrom(...SPECS), fc.constantFrom(...SPECS), (bytes, primary, other) => {
      const specs = primary === null || other === null ? [primary, primary] : [primary, other];
      const both = { primary: specs[0] ?? null, candidate: specs[1] ?? null };
      const unread = agreesUnread(both);
      const first = new ModelAnswer(200, bytes);
      const { classes: _ofSegments, ...read } = compareOutputs(
        first,
        first.beside(200, Buffer.from(bytes), []),
        both,
      );
      if (unread !== null && read.outcome !== 'incomparable') expect(shareOf(unread)).toEqual(shareOf(read));
    }),
    { numRuns: 3_000 },
  );
});

it('needs a thousand that were read in a row, and begins anew with each that was not', () => {
  const key = {};
  const late = new ReadableOfLate();
  for (let i = 0; i < 999; i++) late.note(key, true);
  expect(late.isAlways(key)).toBe(false);
  late.note(key, true);
  expect([late.isAlways(key), late.isAlways({})]).toEqual([true, false]);
  late.note(key, false);
  expect(late.isAlways(key)).toBe(false);
});
