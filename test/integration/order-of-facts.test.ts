import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Fact, facts, playFacts } from '../support/memory/ordered-facts.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { PostgresModelDatabase } from '../support/memory/postgres-model-database.ts';

/*
 * The order of what we wrote ourselves is that of its writing. A clock that stands still, or is set back between any two commands, changes no
 * newest term, nothing that is proven, no way back, no queue and no list.
 */
/** A mutant (test/model/mutants/) is caught by one difference, however many facts lead there. */
const ENDS = { endOnFailure: process.env['MUTANT'] !== undefined };

let postgres: PostgresModelDatabase;
beforeAll(async () => {
  postgres = await PostgresModelDatabase.open();
});
afterAll(() => postgres.close());

const runs = (): number => 1_000;
const stands = (): number => 0;
const jumps = ({ clock }: Fact): number => clock;

it('is the same by a clock that runs, that stands, and that is set back, on PostgreSQL and in memory', async () => {
  await fc.assert(
    fc.asyncProperty(facts, async (all) => {
      await postgres.empty();
      const expected = await playFacts(postgres, all, runs);
      for (const clock of [stands, jumps]) {
        await postgres.empty();
        expect(await playFacts(postgres, all, clock)).toEqual(expected);
      }
      for (const clock of [runs, stands, jumps])
        expect((await playFacts(new MemoryDatabase(true, true), all, clock)).decisions).toEqual(
          expected.decisions,
        );
    }),
    { numRuns: 25, ...ENDS },
  );
}, 600_000);
