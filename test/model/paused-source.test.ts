import { describe, expect, it } from '@jest/globals';
import { isLive } from '#libs/rollout';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';
import { POLICIES, SOURCE } from './commands/policies.ts';
import { sweep } from './commands/sweep-turn.ts';
import { play } from './play.ts';
import { bringAbout } from './scene.ts';

/** The policy with a source that is asked every second. */
const WITH_SOURCE = POLICIES.findIndex(({ gates }) =>
  gates.some((gate) => 'name' in gate && gate.name === SOURCE),
);
const ASKED_EVERY_MS = 1_000;

describe('the source of a rollout that a person has paused', () => {
  it.each([1, 2, 3, 4])(
    'is asked as often as its policy says, and its harm is acted on at once (paused after %d looks)',
    async (turns) => {
      const world = await play([], new MemoryDatabase());
      await bringAbout(world, { model: 'embedder', policy: WITH_SOURCE, turns, isPaused: true });
      const paused = [...world.db.state.rollouts.values()].filter(({ state }) => state === 'paused');
      expect(paused).toHaveLength(1);
      const pass = async (turns: number): Promise<void> => {
        for (let turn = 0; turn < turns; turn++) {
          await world.traffic(20, false);
          await sweep(world, 1);
          await world.db.advance(2 * ASKED_EVERY_MS);
          await world.db.refresh();
        }
      };
      // Asked in a hurry, as nothing was heard of this step yet.
      await pass(3);
      world.mood = 'fail';
      // The sweep looks at everything each minute, whatever is due: this is sooner.
      await pass(5);
      const states = paused.map(({ id }) => world.db.state.rollouts.get(id)?.state ?? 'gone');
      expect(states.filter((state) => state !== 'gone' && isLive(state as never))).toEqual([]);
    },
  );
});
