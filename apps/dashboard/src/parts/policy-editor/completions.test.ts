import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { visit } from 'yaml';
import { completionsAt } from './completions.ts';
import { namesOf, type Path, type Schema, schemaAt } from './schema.ts';
import { nearest, schemaMistakes } from './schema-mistakes.ts';
import { pathAt, pathOf, pathOfNode, placeOf, readDocument, valueOf } from './yaml-places.ts';

const schema = JSON.parse(readFileSync('docs/policy.schema.json', 'utf8')) as Schema;
const GUIDE = readFileSync('docs/guides/policies.md', 'utf8');
const POLICIES = [...GUIDE.matchAll(/```yaml\n(name: (\S+)\n[^`]*)```/g)].map(
  ([, text = '', name = '']) => [name, text] as const,
);

interface Word {
  readonly path: Path;
  readonly isKey: boolean;
  readonly from: number;
  readonly to: number;
  readonly value: unknown;
}
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  visit(readDocument(text), {
    Scalar(key, node, ancestors) {
      const [from = 0, to = 0] = node.range ?? [];
      const path = pathOfNode(node, key, ancestors as readonly unknown[]);
      words.push({ path, isKey: key === 'key', from, to, value: node.value });
    },
  });
  return words;
}
const labelsAt = (text: string, offset: number): readonly string[] =>
  completionsAt(text, offset, schema).options.map(({ label }) => label);

it('the guide has policies to try', () => expect(POLICIES.length).toBe(5));

describe.each(POLICIES)('in the policy %s of the guide', (_name, text) => {
  const document = readDocument(text);
  const value = valueOf(document);

  it('each key is offered where it stands, wherever one has come with it', () => {
    for (const { path, isKey, from, to, value: name } of wordsOf(text)) {
      const above = schemaAt(schema, path.slice(0, -1), value);
      if (!isKey || above?.properties === undefined) continue;
      for (const offset of [from, from + 1, to]) expect(labelsAt(text, offset)).toContain(name);
      // Nobody has written what follows yet.
      const unwritten = text.slice(0, from);
      if (/\n\s*(- )?$/.test(unwritten)) expect(labelsAt(unwritten, from)).toContain(name);
    }
  });

  it('each of few values is offered where it stands', () => {
    for (const { path, isKey, from, to, value: said } of wordsOf(text)) {
      const names = namesOf(schemaAt(schema, path, value) ?? {});
      if (isKey || names.length < 2) continue;
      for (const offset of [from, to]) expect(labelsAt(text, offset)).toContain(String(said));
    }
  });

  it('each place is found by its path, and each path by its place', () => {
    for (const { path, isKey, from, to } of wordsOf(text)) {
      expect(pathAt(document, from)).toMatchObject({ path, isKey });
      if (!isKey) expect(placeOf(document, path)).toEqual({ from, to });
    }
  });

  it('the schema finds nothing wrong, and everything that is mistyped', () => {
    expect(schemaMistakes(schema, value)).toEqual([]);
    for (const { path, isKey, from, to, value: name } of wordsOf(text)) {
      const above = schemaAt(schema, path.slice(0, -1), value);
      if (!isKey || above?.properties === undefined || String(name).length < 4) continue;
      const wrong = readDocument(`${text.slice(0, from)}${String(name)}x${text.slice(to)}`);
      const said = schemaMistakes(schema, valueOf(wrong)).map(({ message }) => message);
      expect(said.join('\n')).toContain(`"${String(name)}x"`);
    }
  });
});

it.each([
  ['', 'name'],
  ['name: x\n', 'steps'],
  ['steps:\n  - ', 'canary'],
  ['steps:\n  - canary: { ', 'weight'],
  ['steps:\n  - canary: { weight: 1%, ', 'minRequests'],
  ['steps:\n  - canary:\n      ', 'weight'],
  ['gates:\n  - ', 'metric'],
  ['gates:\n  - metric: ', 'error_rate'],
  ['gates:\n  - { metric: ', 'latency_p95'],
  ['gates:\n  - { metric: error_rate, ', 'maxIncrease'],
  ['gates:\n  - { metric: agreement, in: [', 'shadow'],
  ['gates:\n  - metric: error_rate\n    in:\n      - ', 'canary'],
  ['promoteWhen: ', 'notFailed'],
  ['fourEyes: ', 'true'],
])('after %j it offers %s', (text, label) => {
  expect(labelsAt(text, text.length)).toContain(label);
});

it('what is there already is not offered again, and of another metric nothing', () => {
  const text = 'gates:\n  - { metric: agreement, min: 0.9, ';
  const labels = labelsAt(text, text.length);
  expect(labels).toContain('dryRun');
  for (const other of ['min', 'metric', 'maxIncrease']) expect(labels).not.toContain(other);
});

it('pointers are read as the RFC has it, and a place that is not there is the nearest above', () => {
  expect(pathOf('/gates/0/a~1b')).toEqual(['gates', 0, 'a/b']);
  const document = readDocument('name: x\nsteps:\n  - canary: { weight: 1% }\n');
  expect(placeOf(document, pathOf('/steps/0/canary/minRequests'))).toEqual({ from: 19, to: 25 });
  expect(placeOf(document, pathOf('/gates'))).toEqual({ from: 0, to: 4 });
  expect(placeOf(readDocument(''), pathOf('/name'))).toEqual({ from: 0, to: 0 });
});

it('says which word is meant', () => {
  expect(nearest('wieght', ['weight', 'segment'])).toBe('weight');
  expect(nearest('x', ['weight'])).toBeNull();
});

it.each([
  'name: [',
  '- a',
  'steps: 3\ngates: {}',
  'gates: [null, 3, {metric: 4}]',
  '\t',
  '&a [*a]',
  'steps:\n  - null\n  - checks:\n',
])('reads %j without a fault of its own', (text) => {
  const document = readDocument(text);
  for (let offset = 0; offset <= text.length; offset++) {
    completionsAt(text, offset, schema);
    pathAt(document, offset);
  }
  expect(Array.isArray(schemaMistakes(schema, valueOf(document)))).toBe(true);
});
