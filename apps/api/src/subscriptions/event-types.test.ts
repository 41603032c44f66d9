import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TYPES, eventPatternMistake } from './event-types.ts';
import { newSubscription, subscriptionEdits } from './subscription.schema.ts';

const GROUPS = [...new Set(EVENT_TYPES.map((type) => type.split('.')[0] ?? ''))];
/** Texts of the code that look like events, and are none. */
const NO_EVENTS = ['rollout.sequence', 'rollout.model'];
const CODE = ['apps/api/src', 'apps/worker/src', 'libs/engine/src', 'libs/db/src']
  .flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => path.join(root, file)),
  )
  .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file))
  .map((file) => readFileSync(file, 'utf8'));

it('names every event that the code writes down, in all groups that there are', () => {
  const written = new Set<string>();
  for (const code of CODE) {
    for (const [, type = ''] of code.matchAll(new RegExp(`'((?:${GROUPS.join('|')})\\.[a-z_]+)'`, 'g')))
      written.add(type);
    // A group of its own that nobody has named here.
    for (const [, type = ''] of code.matchAll(/type: '([a-z_]+\.[a-z_]+)'/g)) written.add(type);
  }
  expect([...written].filter((type) => !NO_EVENTS.includes(type) && !EVENT_TYPES.includes(type))).toEqual([]);
  // The ends of a rollout are its states.
  const made = CODE.flatMap((code) => [...code.matchAll(/type: `[^`]*`/g)].map(([text]) => text));
  expect(made.sort()).toEqual([
    'type: `${TYPE_PREFIX}${outwardType(event.type)}`',
    'type: `rollout.${end.state}`',
  ]);
  for (const state of ['rolled_back', 'aborted', 'superseded'])
    expect(EVENT_TYPES).toContain(`rollout.${state}`);
});

const asked = (events: string[]) =>
  newSubscription.safeParse({ name: 's', url: 'https://example.com', events });

it('takes what some event has as its type or prefix, and nothing else', () => {
  const type = fc.constantFrom(...EVENT_TYPES);
  const prefix = fc.tuple(type, fc.nat(30)).map(([of, length]) => `${of.slice(0, length)}*`);
  const typing = fc
    .tuple(type, fc.nat(30), fc.constantFrom('', 'x', 'ed', '_'))
    .map(([of, at, put]) => of.slice(0, at) + put + of.slice(at + 1));
  fc.assert(
    fc.property(
      fc.oneof(type, prefix, typing, fc.constantFrom('*', 'rollout', 'rollout.failed')),
      (pattern) => {
        const { success, error } = asked([pattern]);
        const isOf = (one: string): boolean =>
          pattern.endsWith('*') ? one.startsWith(pattern.slice(0, -1)) : one === pattern;
        expect([pattern, success]).toEqual([pattern, EVENT_TYPES.some(isOf)]);
        expect(subscriptionEdits.safeParse({ events: [pattern] }).success).toBe(success);
        if (error)
          expect(error.issues.map(({ path: at }) => at.join('/'))).toEqual(
            expect.arrayContaining(['events/0']),
          );
      },
    ),
  );
});

it.each([
  ['rollout.rollback', 'rollout.rolled_back'],
  ['rollouts.paused', 'rollout.paused'],
  ['gates.*', 'gate.*'],
  ['rollout', 'rollout.*'],
])('says of %s that %s is near', (pattern, near) => expect(eventPatternMistake(pattern)).toContain(near));
