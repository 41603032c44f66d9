import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GROUP_WORDS, MODEL_ACTIONS, VERSION_ACTIONS } from '#libs/engine';
import { ACTIONS } from '#libs/rollout';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { commandsUpTo } from './commands/commands.ts';
import { checkOffers } from './offers.ts';
import { play } from './play.ts';

const RUNS = Number(process.env['OFFER_RUNS'] ?? 100);

describe('what an answer offers', () => {
  it('is what is then carried out, and nothing else is', async () => {
    const met = new Set<string>();
    await fc.assert(
      fc.asyncProperty(commandsUpTo(30), async (commands) => {
        for (const one of await checkOffers(await play(commands, new MemoryDatabase()))) met.add(one);
      }),
      { numRuns: RUNS },
    );
    // The runs have met all of them, offered and not.
    const all = [
      ...ACTIONS.map((one) => `rollout ${one}`),
      ...GROUP_WORDS.map((one) => `group ${one}`),
      ...MODEL_ACTIONS.map((one) => `model ${one}`),
      ...VERSION_ACTIONS.map((one) => `version ${one}`),
    ];
    expect([...met].sort()).toEqual(all.flatMap((one) => [`${one} no`, `${one} yes`]).sort());
  }, 600_000);
});
