import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareOutputs, ModelAnswer, type OutputSpec, readOutput } from '../index.ts';

const tensorSpec = (path: string): OutputSpec => ({ kind: 'tensor', path, tolerance: 0 });
const rankingSpec = (path: string): OutputSpec => ({ kind: 'ranking', path, minCorrelation: 1 });
const probabilitiesSpec = (path: string): OutputSpec => ({ kind: 'probabilities', path });
const agree = (a: unknown, b: unknown, spec: OutputSpec): string =>
  compareOutputs(new ModelAnswer(200, JSON.stringify(a)), new ModelAnswer(200, JSON.stringify(b)), {
    primary: spec,
    candidate: spec,
  }).outcome;

/** Around the 10,000 numbers that are kept, too. */
const howMany = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.integer({ min: 9_990, max: 10_010 }),
  fc.constant(30_000),
);

describe('long outputs', () => {
  it('are read by every kind of numbers, however long they are', () => {
    fc.assert(
      fc.property(howMany, fc.nat(), (many, at) => {
        const place = at % many;
        const y = Array.from({ length: many }, (_, i) => (i === place ? 0.6 : 0.4 / Math.max(1, many - 1)));
        if (many === 1) y[0] = 1;
        const label = String(many === 2 && y[0] === y[1] ? 0 : place);
        expect(readOutput({ y }, probabilitiesSpec('$.y'))).toMatchObject({ label });
        expect(readOutput({ y }, rankingSpec('$.y'))).not.toBe(null);
        expect(readOutput({ y }, tensorSpec('$.y'))).not.toBe(null);
      }),
      { numRuns: 60 },
    );
  });

  it('agree with themselves, and never with one of another length', () => {
    fc.assert(
      fc.property(howMany, howMany, (many, others) => {
        const [a, b] = [many, others].map((n) => ({ y: Array.from({ length: n }, (_, i) => i) }));
        for (const spec of [tensorSpec('$.y'), rankingSpec('$.y')]) {
          expect(agree(a, b, spec)).toBe(many === others ? 'agree' : 'disagree');
          expect(agree(a, a, spec)).toBe('agree');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are no output where one of their numbers is none, wherever it stands', () => {
    fc.assert(
      fc.property(howMany, fc.nat(), fc.constantFrom(null, '1', true, {}), (many, at, odd) => {
        const y: unknown[] = Array.from({ length: many }, () => 1 / many);
        y[at % many] = odd;
        for (const spec of [tensorSpec('$.y'), rankingSpec('$.y'), probabilitiesSpec('$.y')])
          expect(readOutput({ y }, spec)).toBe(null);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a tensor', () => {
  it('whose data do not fit its shape is no output', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 70 }), (dims, many) => {
        const data = Array.from({ length: many }, () => 1 / many);
        const y = { name: 'y', datatype: 'FP32', shape: dims, data };
        const isFit = dims.reduce((a, b) => a * b, 1) === many;
        const isVector = dims.filter((n) => n !== 1).length < 2;
        expect(readOutput({ y }, tensorSpec('$.y')) !== null).toBe(isFit);
        expect(readOutput({ y }, rankingSpec('$.y')) !== null).toBe(isFit && isVector);
        expect(readOutput({ y }, probabilitiesSpec('$.y')) !== null).toBe(isFit && isVector);
        expect(readOutput({ y }, { kind: 'label', path: '$.y' }) !== null).toBe(isFit && many === 1);
      }),
      { numRuns: 500 },
    );
  });

  it('whose shape is empty is read by its data (TorchServe)', () => {
    const y = { name: 'y', datatype: 'INT64', shape: [], data: [7] };
    expect(readOutput({ y }, { kind: 'label', path: '$.y' })).toEqual({ label: '7' });
    expect(readOutput({ y }, tensorSpec('$.y'))).toEqual({ scores: [7], score: 7 });
  });
});
