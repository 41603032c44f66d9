import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { databaseFailure } from '#libs/postgres';
import { Turns, UnitTurns } from './turns.ts';

const PLACES: Record<string, number> = { a: 1, b: 1, c: 1, relations: 2 };
/** What each attempt of a unit asks for, in its order; `swallows`: it goes on past what it was refused. */
const unit = fc.record({
  keys: fc.array(fc.constantFrom(...Object.keys(PLACES)), { maxLength: 5 }),
  swallows: fc.boolean(),
});

it('whatever units ask for, in whatever order: all come to their end, none waits while it has a connection, and no more are at anything than there are places', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(unit, { maxLength: 12 }), fc.scheduler(), async (units, scheduler) => {
      const turns = new Turns();
      const at = new Map<string, number>();
      let most = 0;
      const run = async ({ keys, swallows }: (typeof units)[number]): Promise<void> => {
        const own = new UnitTurns(turns);
        for (;;) {
          await own.come();
          const has: string[] = [];
          try {
            for (const key of keys) {
              try {
                own.take(key, PLACES[key]);
              } catch (error) {
                if (!swallows) throw error;
                continue;
              }
              if (has.includes(key)) continue;
              has.push(key);
              at.set(key, (at.get(key) ?? 0) + 1);
              if ((at.get(key) ?? 0) > (PLACES[key] ?? 0)) most = at.get(key) ?? 0;
              await scheduler.schedule(Promise.resolve());
            }
            own.assertNone();
            return;
          } catch (error) {
            if (!own.awaits) throw error;
          } finally {
            for (const key of has) at.set(key, (at.get(key) ?? 0) - 1);
            if (!own.awaits) own.over();
          }
        }
      };
      const all = Promise.all(units.map(run));
      await scheduler.waitFor(all);
      expect(most).toBe(0);
      // Nothing is left behind: all is free.
      for (const [key, places] of Object.entries(PLACES))
        for (let n = 0; n < places; n++) expect(turns.tryTake(key, places)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('who waits for too long is told that others were busy, and holds nobody up', async () => {
  const turns = new Turns();
  turns.tryTake('a', 1);
  const late = turns.take('a', 1, 0);
  const patient = turns.take('a', 1, 60_000);
  const error: unknown = await late.catch((reason: unknown) => reason);
  expect(databaseFailure(error)).toBe('busy');
  turns.give('a', 1);
  await patient;
});
