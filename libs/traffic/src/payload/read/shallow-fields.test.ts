import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shallowFields } from './shallow-fields.ts';

const read = (json: string, most = 1e6): Record<string, unknown> =>
  Object.fromEntries(shallowFields(new TextEncoder().encode(json), ['model', 'stream'], most));
const isScalar = (value: unknown): boolean => typeof value !== 'object';

it('reads what JSON.parse reads, of any object in any layout', () => {
  const key = fc.oneof(fc.constantFrom('model', 'stream', 'messages'), fc.string({ unit: 'binary' }));
  const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const json = JSON.stringify(value, undefined, indent);
      const parsed = JSON.parse(json) as Record<string, unknown>;
      const expected = ['model', 'stream'].filter(
        (name) => Object.hasOwn(parsed, name) && isScalar(parsed[name]),
      );
      expect(read(json)).toEqual(Object.fromEntries(expected.map((name) => [name, parsed[name]])));
    }),
    { numRuns: 2_000 },
  );
});

it.each<[string, Record<string, unknown>]>([
  [
    '{"messages":[{"content":"\\"model\\": \\\\","model":"inner"}],"model":"m","stream":true}',
    { model: 'm', stream: true },
  ],
  ['{"model":"a","model":"b"}', { model: 'b' }],
  ['{"model":"a","model":{"x":1}}', {}],
  ['{"x":"model","model" :\n"é\\u00e9"}', { model: 'éé' }],
  [`{"model":"${'x'.repeat(2_000)}","stream":false}`, { stream: false }],
  ['["model","m"]', {}],
  ['"model"', {}],
  ['{"model":"m"', {}],
  ['{"model":m}', {}],
  ['{"model":"m', {}],
  ['', {}],
  ['  ', {}],
])('%s: %j', (json, expected) => {
  expect(read(json)).toEqual(expected);
});

it('costs no more than it may, and a long string costs one step', () => {
  const long = `{"messages":"${'x'.repeat(5_000_000)}","model":"m"}`;
  expect(read(long, 100)).toEqual({ model: 'm' });
  expect(read(`{"a":[${'[],'.repeat(100)}[]],"model":"m"}`, 100)).toEqual({});
});
