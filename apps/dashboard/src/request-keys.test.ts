import { describe, expect, it } from '@jest/globals';
import { UnderstudyError } from '#libs/client';
import { RequestKeys } from './request-keys.ts';

const refused = (status: number, code: string) =>
  new UnderstudyError({ status, code, detail: '', errors: [] });
const LOST = refused(0, 'unreachable');

/** The keys that a form sends, request by request, each with how it ends. */
async function sent(tries: readonly (readonly [request: string, end: Error | null])[]): Promise<string[]> {
  let made = 0;
  const keys = new RequestKeys(() => `key ${++made}`);
  const used: string[] = [];
  for (const [request, end] of tries)
    await keys
      .send({ request }, (headers) => {
        used.push(headers['idempotency-key'] ?? '');
        return end === null ? Promise.resolve() : Promise.reject(end);
      })
      .catch(() => undefined);
  return used;
}

describe('keys of a form', () => {
  it.each([
    [
      'an answer that was lost: the same',
      [
        ['a', LOST],
        ['a', null],
      ],
      ['key 1', 'key 1'],
    ],
    [
      'a refusal on the way after it: the same still',
      [
        ['a', LOST],
        ['a', refused(429, 'too_many')],
        ['a', null],
      ],
      ['key 1', 'key 1', 'key 1'],
    ],
    [
      'under way still: the same',
      [
        ['a', LOST],
        ['a', refused(409, 'idempotency_in_flight')],
        ['a', null],
      ],
      ['key 1', 'key 1', 'key 1'],
    ],
    [
      'an edit: another, and the first one again for what was typed first',
      [
        ['a', LOST],
        ['b', LOST],
        ['a', null],
      ],
      ['key 1', 'key 2', 'key 1'],
    ],
    [
      'what was done: another',
      [
        ['a', null],
        ['a', null],
      ],
      ['key 1', 'key 2'],
    ],
    [
      'told that it was done, and its answer is lost: another',
      [
        ['a', refused(409, 'idempotency_answer_lost')],
        ['a', null],
      ],
      ['key 1', 'key 2'],
    ],
  ] as const)('after %s', async (_, tries, expected) => {
    expect(await sent(tries)).toEqual(expected);
  });

  it('makes keys that differ', async () => {
    const used = new Set<string>();
    for (let i = 0; i < 100; i++)
      await new RequestKeys().send(1, (headers) =>
        Promise.resolve(used.add(headers['idempotency-key'] ?? '')),
      );
    expect([used.size, [...used].every((key) => /^[0-9a-f]{32}$/.test(key))]).toEqual([100, true]);
  });
});
