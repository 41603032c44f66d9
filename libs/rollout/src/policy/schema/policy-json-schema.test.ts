import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { DEFAULT_POLICY_DOCUMENT } from '../default-policy.ts';
import { DESCRIBED_FIELDS } from './described-fields.ts';
import { type JsonSchema, policyJsonSchema } from './policy-json-schema.ts';

const schema = policyJsonSchema();

/** Every field below a schema, with where it is. */
function fieldsOf(part: JsonSchema, at = ''): readonly (readonly [path: string, field: JsonSchema])[] {
  const parts = [part.items, ...(part.anyOf ?? []), ...(part.oneOf ?? []), part.additionalProperties];
  return [
    ...Object.entries(part.properties ?? {}).flatMap(([name, field]) => [
      [`${at}/${name}`, field] as const,
      ...fieldsOf(field, `${at}/${name}`),
    ]),
    ...parts.flatMap((inner) => (typeof inner === 'object' ? fieldsOf(inner, at) : [])),
  ];
}

it('says of every field what it is', () => {
  const silent = fieldsOf(schema).filter(
    ([, { description }]) => typeof description !== 'string' || description === '',
  );
  expect(silent.map(([path]) => path)).toEqual([]);
  expect(fieldsOf(schema).length).toBeGreaterThan(150);
});

it('describes no field that is gone', () => {
  const said = new Set(fieldsOf(schema).map(([, { description }]) => description));
  expect(
    Object.entries(DESCRIBED_FIELDS).filter(([name, words]) => name !== 'metric' && !said.has(words)),
  ).toEqual([]);
});

it('knows the steps, gates and values of the default policy', () => {
  expect(Object.keys(schema.properties ?? {})).toEqual(
    expect.arrayContaining(Object.keys(DEFAULT_POLICY_DOCUMENT)),
  );
  const gates = schema.properties?.['gates']?.items?.oneOf ?? [];
  expect(
    gates.map(({ properties }) => properties?.['metric']?.const ?? properties?.['metric']?.['pattern']),
  ).toContain('^feedback\\.[A-Za-z0-9_.-]{1,80}$');
  expect(gates.every(({ properties }) => properties?.['feedback'] === undefined)).toBe(true);
});

it('is what docs/policy.schema.json holds', async () => {
  expect(JSON.parse(await readFile('docs/policy.schema.json', 'utf8'))).toEqual(schema);
});
