import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { command } from './commands/commands.ts';
import { play } from './play.ts';

/* Models are retired and serve again amid releases, roll-backs and dying processes; the invariants hold after each command. */
/** 10,000 in `npm run test:nightly`. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 80);

/** Models that are retired and serve again, amid all the others. */
const amidRetirements = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: command },
    {
      weight: 1,
      arbitrary: fc.record({
        name: fc.constantFrom('retire', 'unretire', 'unretire'),
        n: fc.nat(1_000),
        bad: fc.constant(false),
        crash: fc.option(fc.nat(25), { freq: 6 }),
      }),
    },
  ),
  { minLength: 20, maxLength: 50, size: 'max' },
);

it('a retired model serves nobody and releases nothing, until a version is primary again', async () => {
  const seen = { 'model.retired': 0, 'model.unretired': 0, endedByIt: 0 };
  await fc.assert(
    fc.asyncProperty(amidRetirements, async (commands) => {
      const { db } = await play(commands, new MemoryDatabase());
      for (const { type, data } of [...db.state.events.values()].flat()) {
        if (type === 'model.retired' || type === 'model.unretired') seen[type]++;
        if (type === 'model.retired') seen.endedByIt += (data['ended'] as unknown[]).length;
      }
    }),
    { numRuns: RUNS },
  );
  // A test that retires nothing shows nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 50);
}, 600_000);
