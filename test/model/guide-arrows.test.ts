import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Stores, UnitOfWork } from '#libs/engine';
import { ROLLOUT_STATES } from '#libs/rollout';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { commandsUpTo } from './commands/commands.ts';
import { play } from './play.ts';

/** The arrows of the picture in docs/guides/rollouts.md. */
const DRAWN = new Set(
  [...readFileSync('docs/guides/rollouts.md', 'utf8').matchAll(/^ +(\w+) --> (\w+): /gm)].map(
    ([, from, to]) => `${from} --> ${to}`,
  ),
);

/** Notes every change of state that is written, also within one command. */
function noting(uow: UnitOfWork, seen: Set<string>): UnitOfWork {
  const watched = (stores: Stores): Stores => ({
    ...stores,
    rollouts: {
      ...stores.rollouts,
      transition: async (id, revision, patch) => {
        const before = await stores.rollouts.find(id);
        const isDone = await stores.rollouts.transition(id, revision, patch);
        if (isDone && before && patch.state && patch.state !== before.state)
          seen.add(`${before.state} --> ${patch.state}`);
        return isDone;
      },
    },
  });
  return {
    run: (work) => uow.run((stores) => work(watched(stores))),
    read: (work) => uow.read(work),
  };
}

it('whatever happens in whatever order, a rollout goes by the arrows of the guide', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(commandsUpTo(60), async (commands) => {
      const db = new MemoryDatabase();
      Object.assign(db, { uow: noting(db.uow, seen) });
      await play(commands, db);
      expect([...seen].filter((arrow) => !DRAWN.has(arrow))).toEqual([]);
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 40) },
  );
  if (process.env['SHOW']) console.log([...DRAWN].filter((one) => !seen.has(one)));
  // Random runs that reach nothing would show nothing.
  expect(seen.size).toBeGreaterThan(ROLLOUT_STATES.length);
}, 600_000);
