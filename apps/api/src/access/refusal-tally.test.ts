import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  NOBODY,
  OF_A_CALLER,
  OF_NOBODY,
  type Refusal,
  type RefusalEvent,
  RefusalTally,
} from './refusal-tally.ts';

const MINUTE_MS = 60_000;
const refusal: Refusal = {
  ...{ status: 403, code: 'scope_missing', method: 'GET', route: '/api/v1/models/:model' },
  ...{ address: '127.0.0.1', model: 'fraud' },
};

/** What happens at some times, and what is told of it at others. */
type Step =
  | { readonly kind: 'refused'; readonly actor: string; readonly refusal: Refusal; readonly times: number }
  | { readonly kind: 'looks'; readonly afterMs: number };

const few = (prefix: string, most: number) => fc.nat(most).map((n) => `${prefix}${n}`);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('refused' as const),
        actor: fc.constantFrom(NOBODY, 'token:a', 'user:b'),
        refusal: fc.record({
          status: fc.constantFrom(401, 403, 429),
          code: few('code', 5),
          method: fc.constantFrom('GET', 'POST'),
          route: few('/route', 20),
          address: fc.oneof(fc.constant('::1'), fc.ipV6()),
          model: fc.option(fc.oneof(few('m', 3), fc.string({ unit: 'binary', maxLength: 400 }))),
        }),
        times: fc.integer({ min: 1, max: 40 }),
      }),
    },
    fc.record({
      kind: fc.constant('looks' as const),
      afterMs: fc.oneof(fc.constant(250), fc.nat(3_000), fc.constantFrom(29_999, 59_999, 60_000, 200_000)),
    }),
  ),
  { minLength: 1, maxLength: 300, size: 'max' },
);

function play(list: readonly Step[]) {
  const tally = new RefusalTally();
  const [told, refused]: [{ at: number; event: RefusalEvent }[], Map<string, number>] = [[], new Map()];
  let now = 0;
  for (const step of list) {
    if (step.kind === 'looks') {
      now += step.afterMs;
      told.push(...tally.take(now).map((event) => ({ at: now, event })));
      continue;
    }
    for (let i = 0; i < step.times; i++) tally.note(step.actor, step.refusal, now);
    refused.set(step.actor, (refused.get(step.actor) ?? 0) + step.times);
  }
  const running = told.length;
  told.push(...tally.take(now, true).map((event) => ({ at: now, event })));
  return { told, running, refused, tally };
}

describe('whatever is refused when', () => {
  it('each refusal is in exactly one event, a clean stop included', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { told, refused, tally } = play(list);
        for (const [actor, count] of refused) {
          const events = told.filter(({ event }) => event.actor === actor);
          expect(events.reduce((sum, { event }) => sum + event.data.count, 0)).toBe(count);
        }
        expect(tally.waits).toBe(false);
      }),
    );
  });

  it('no minute has more events than the allowance; a stop adds what it has left, and one', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { told, running } = play(list);
        for (const actor of [NOBODY, 'token:a', 'user:b']) {
          const most = (actor === NOBODY ? OF_NOBODY : OF_A_CALLER).perMinute;
          const times = told
            .slice(0, running)
            .flatMap(({ at, event }) => (event.actor === actor ? [at] : []));
          const all = told.flatMap(({ at, event }) => (event.actor === actor ? [at] : []));
          for (const from of all) {
            const within = (at: number) => at >= from && at < from + MINUTE_MS;
            expect(times.filter(within).length).toBeLessThanOrEqual(most);
            expect(all.filter(within).length).toBeLessThanOrEqual(most + 1);
          }
        }
      }),
    );
  });

  it('an event is small, storable, and names nothing that nobody made up', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event } of play(list).told) {
          expect(JSON.stringify(event).length).toBeLessThan(10_000);
          expect(JSON.stringify(event)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
          const names = [event.data['model'] ?? [], event.data['models'] ?? []].flat();
          expect(names.length).toBeLessThanOrEqual(event.actor === NOBODY ? 0 : OF_A_CALLER.names);
        }
      }),
    );
  });
});

it('what a caller is refused is told at the next look, and later and later when it goes on', () => {
  const tally = new RefusalTally();
  const at: number[] = [];
  for (let now = 0; now <= 120_000; now += 250) {
    tally.note('token:a', refusal, now);
    if (tally.take(now).length > 0) at.push(now);
  }
  expect(at.slice(0, 5)).toEqual([0, 250, 1_250, 3_500, 7_500]);
  expect(at.length).toBeLessThan(20);
});

it('a flood of one caller hides nothing of another', () => {
  const tally = new RefusalTally();
  for (let i = 0; i < 1_000; i++) {
    tally.note(NOBODY, { ...refusal, address: `10.0.0.${i}` }, 0);
    tally.note('token:a', { ...refusal, route: `/${i}` }, 0);
  }
  tally.note('token:b', refusal, 0);
  const { data } = tally.take(0).find(({ actor }) => actor === 'token:b') ?? {};
  expect(data).toEqual({ ...refusal, count: 1 });
});

it('names of one event are few, and one name is `model`', () => {
  const tally = new RefusalTally();
  for (let i = 0; i < 20; i++) tally.note('token:a', { ...refusal, model: `m${i}` }, 0);
  expect(tally.take(0)[0]?.data).toMatchObject({
    model: null,
    models: ['m0', 'm1', 'm2', 'm3', 'm4'],
    count: 20,
  });
});
