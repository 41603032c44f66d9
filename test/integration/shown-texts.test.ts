import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printableLines } from '#libs/kernel';
import { type Json, startApi, type TestApi } from '../support/api.ts';

/*
 * Whatever names come in, over all routes of the API document: the sentences that an answer says are ones that a terminal, a log and a page can
 * show. None holds a character that is obeyed (control characters, marks that turn the direction of writing around) or that nobody sees.
 */
let api: TestApi;
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body: Json | null;
}
let operations: readonly Operation[];
beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
  const { body } = await api.call('GET', '/api/openapi.json');
  operations = Object.entries(body['paths'] as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path },
      body: (operation['requestBody']?.content?.['application/json']?.schema ?? null) as Json | null,
    })),
  );
});
afterAll(() => api.close());

const OBEYED = [
  '\u001b[2J',
  '\u009b31m',
  '\u202egpj',
  '\u2066',
  '\u200b',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u{e0041}',
  '::error::x\n',
];
const hostile = fc
  .array(fc.constantFrom(...OBEYED, 'a', 'model', '模', ' '), { minLength: 1, maxLength: 5 })
  .map((parts) => `${parts.join('')}x`);

/** What the engine and the api write themselves; other texts are given back as their author wrote them. */
const SENTENCES = new Set([
  'detail',
  'title',
  'because',
  'outcome',
  'waitingFor',
  'todo',
  'message',
  'warning',
]);
function sentencesIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return SENTENCES.has(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => sentencesIn(one, key));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) => sentencesIn(one, name));
}

/** A body by its schema, with the text wherever a text may stand. */
function bodyBy(schema: Json, text: string, depth = 0): unknown {
  const one = (schema['anyOf'] ?? schema['oneOf'])?.[0] as Json | undefined;
  if (one) return bodyBy(one, text, depth);
  if (schema['enum'] || schema['const'] !== undefined) return text;
  switch (schema['type']) {
    case 'array':
      return [bodyBy((schema['items'] ?? {}) as Json, text, depth + 1)];
    case 'object':
      return depth > 4
        ? {}
        : Object.fromEntries([
            ...Object.entries((schema['properties'] ?? {}) as Record<string, Json>).map(
              ([name, property]) => [name, bodyBy(property, text, depth + 1)],
            ),
            ...(schema['additionalProperties'] ? [[text, text]] : []),
          ]);
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return 1;
    default:
      return text;
  }
}

it('says nothing that is obeyed where it is shown, over all routes', async () => {
  expect(operations.length).toBeGreaterThan(80);
  let said = 0;
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      for (const { method, path, body } of operations) {
        if (/stream|events$/.test(path) || path.includes('mlflow')) continue;
        const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(text));
        const query =
          method === 'GET' ? `?filter=${encodeURIComponent(text)}&pageToken=${encodeURIComponent(text)}` : '';
        const sent = body === null ? undefined : (bodyBy(body, text) as Json);
        const answer = await api.call(method, filled + query, sent);
        for (const sentence of sentencesIn(answer.body)) {
          said++;
          expect([method, path, sentence]).toEqual([method, path, printableLines(sentence)]);
        }
      }
    }),
    { numRuns: 6 },
  );
  expect(said).toBeGreaterThan(500);
}, 120_000);

it('takes no name of a policy or a gate that nobody can see through', async () => {
  const steps = [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }];
  const check = (name: string, gate: string) =>
    api.call('POST', '/policies/validate', {
      ...{ name, steps, gates: [{ metric: 'error_rate', name: gate, maxIncrease: 0.1 }] },
    });
  for (const mark of ['\u202e', '\u200b', '\u0007'])
    for (const [name, gate, pointer] of [
      [`p${mark}q`, 'g', '/name'],
      ['p', `g${mark}h`, '/gates/0/name'],
    ] as const) {
      const { status, body } = await check(name, gate);
      expect([status, JSON.stringify(body)]).toEqual([expect.any(Number), expect.stringContaining(pointer)]);
      expect(JSON.stringify(body)).toMatch(/nobody can see/);
    }
});
