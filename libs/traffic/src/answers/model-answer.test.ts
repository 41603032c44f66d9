import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareOutputs, ModelAnswer, type OutputSpec } from '../index.ts';

const SPECS: readonly (OutputSpec | null)[] = [
  null,
  { kind: 'label', path: '$.label' },
  { kind: 'score', path: '$.score', tolerance: 0.1 },
];
const bytes = fc
  .constantFrom('{"label":"a","score":1}', '{"label":"b","score":1.05}', '{"label":"é"}', '[1', 'text', '')
  .chain((text) => fc.constantFrom(Buffer.from(text, 'utf8'), Buffer.from(text, 'latin1')));
const headers = fc.constantFrom<readonly string[]>(
  [],
  ['content-type', 'application/json'],
  ['Content-Type', 'application/json; charset=latin1'],
  ['content-type', 'application/x-ndjson'],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'identity'],
  ['x', '1'],
);
const said = fc.record({ status: fc.constantFrom(200, 201, 400), body: bytes, headers });

it('what two servers say alike is read once, and says the same as if it were read twice', () => {
  const specs = fc.record({ primary: fc.constantFrom(...SPECS), candidate: fc.constantFrom(...SPECS) });
  fc.assert(
    fc.property(said, said, fc.boolean(), specs, (a, b, isSame, both) => {
      const other = isSame ? { ...b, body: Buffer.from(a.body) } : b;
      const primary = (): ModelAnswer => new ModelAnswer(a.status, a.body, a.headers);
      const shared = primary();
      const beside = shared.beside(other.status, other.body, other.headers);
      const apart = new ModelAnswer(other.status, other.body, other.headers);
      expect(compareOutputs(shared, beside, both)).toEqual(compareOutputs(primary(), apart, both));
      expect([beside.status, beside.json(), beside.unreadable]).toEqual([
        apart.status,
        apart.json(),
        apart.unreadable,
      ]);
    }),
    { numRuns: 2_000 },
  );
});

it('the same bytes under other words are read by their own', () => {
  const latin1 = Buffer.from('{"label":"é"}', 'latin1');
  const primary = new ModelAnswer(200, latin1, ['content-type', 'application/json; charset=latin1']);
  const other = primary.beside(200, latin1, ['content-type', 'application/json; charset=utf-8']);
  expect([primary.json(), other.json()]).toEqual([{ label: 'é' }, undefined]);
  expect(primary.beside(200, latin1, ['Content-Type', 'application/json;charset=latin1']).payload).toBe(
    primary.payload,
  );
});
