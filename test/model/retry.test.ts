import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actOnRollout, startRollout } from '#libs/engine';
import { deployed, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

const HOW_HOT = ['never', 'at its start', 'asked for again', 'at the retry'] as const;

/*
 * A hot fix that is tried again stays one, however it became one and however often it is tried; what was never one becomes none. Mutant:
 * `retry-forgets-override`. An admin's word past an environment is for one rollout (docs/guides/environments.md).
 */
it('a retry keeps that the freeze is overridden, and makes no hot fix of another', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...HOW_HOT),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (how, retries, isQueued) => {
        const db = new MemoryDatabase();
        await deployed(db.uow, await register(db.uow, 'm'));
        const policy = {
          ...{ name: 'p', promoteWhen: 'notFailed', gates: [], onNewVersion: 'queue' },
          steps: [{ canary: { weight: '10%', minRequests: 5, maxDuration: '1h' } }],
        };
        // One that waits behind another is tried again as any other.
        if (isQueued) await register(db.uow, 'm', { rollout: { policy } });
        const { version } = await register(db.uow, 'm', { rollout: false });
        const ask = (overrideFreeze: boolean) =>
          db.uow.run((stores) =>
            startRollout(stores, 'm', {
              ...{ version: version.version, policy, overrideFreeze },
              ...{ reason: 'a fix', actor: 'ann', authority: 'admin' as const },
            }),
          );
        let { id } = await ask(how === 'at its start');
        if (how === 'asked for again') await ask(true);
        const say = (action: 'abort' | 'retry', overrideFreeze: boolean) =>
          db.uow.run((stores) =>
            actOnRollout(stores, id, {
              ...{ action, overrideFreeze, reason: 'a test' },
              ...{ actor: 'ben', authority: 'admin' as const },
            }),
          );
        for (let i = 0; i < retries; i++) {
          await say('abort', false);
          ({ id } = await say('retry', how === 'at the retry' && i === 0));
        }
        expect(db.state.rollouts.get(id)).toMatchObject({
          ...{ endedAt: null, overridesFreeze: how !== 'never' },
        });
      },
    ),
    { numRuns: 60 },
  );
});
