import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { PostgresModelDatabase } from '../support/memory/postgres-model-database.ts';
import { type Command, commandsUpTo } from '../model/commands/commands.ts';
import { expectSame } from '../model/compare-worlds.ts';
import { play } from '../model/play.ts';

/*
 * The model-based suite (test/model/engine-model.test.ts) on the stores of a real PostgreSQL: the same commands, the same invariants,
 * and, since time passes on both only when the commands say so, the same decisions as in memory, after every command.
 */
/** In each run of the tests 40, or as many as 40 s allow; 300 in `npm run test:nightly`. */
const WANTED = process.env['STORE_RUNS'];
const RUNS = Number(WANTED ?? 40);
const LIMIT = WANTED === undefined ? { interruptAfterTimeLimit: 40_000 } : {};
/** A start period that ends before the step's clock has started: when its first route was published decides. */
const UNSTARTED: Command[] = [
  { name: 'releaseNext', n: 808, bad: true, crash: null },
  { name: 'sweep', n: 1, bad: true, crash: null },
];
/** Terms that begin in one instant: a process dies in the middle of the second release of it. */
const IN_ONE_INSTANT: Command[] = [
  { name: 'sayTwice', n: 0, bad: false, crash: null },
  { name: 'releaseNext', n: 30, bad: false, crash: 160 },
];
const ENDS = { endOnFailure: process.env['MUTANT'] !== undefined };

let postgres: PostgresModelDatabase;
beforeAll(async () => {
  postgres = await PostgresModelDatabase.open();
});
afterAll(() => postgres.close());

describe('the engine on PostgreSQL, whatever happens in whatever order', () => {
  it(
    'keeps the invariants, and decides as it does in memory',
    async () => {
      const reached = new Set<string>();
      await fc.assert(
        fc.asyncProperty(commandsUpTo(24), async (commands) => {
          await postgres.empty();
          const memory = new MemoryDatabase(true, true);
          const steps = [...commands.keys()];
          const states: (typeof memory.state)[] = [];
          await play(commands, memory, () => void states.push(memory.state));
          await play(commands, postgres, (i) => {
            const before = states[i];
            if (before)
              expectSame(before, postgres.state, `command ${i} of ${steps.length} (${commands[i]?.name})`);
          });
          for (const { type } of [...postgres.state.events.values()].flat()) reached.add(type);
        }),
        { numRuns: RUNS, examples: [[UNSTARTED], [IN_ONE_INSTANT]], ...LIMIT, ...ENDS },
      );
      for (const type of ['rollout.advanced', 'rollout.promoted', 'rollout.succeeded', 'rollout.rolled_back'])
        expect([type, RUNS < 100 || reached.has(type)]).toEqual([type, true]);
    },
    // 300 runs take half an hour on an idle machine, and as much again beside other work.
    180 * 60_000,
  );
});
