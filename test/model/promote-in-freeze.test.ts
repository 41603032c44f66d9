import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { promoteAtOnce, Probes, promoteVersion } from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

const NAME = 'ranker';
const FREEZE = [{ cron: '* * * * *', duration: '1h', reason: 'sale' }];
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };

async function modelWithTwo(isFrozen: boolean) {
  const db = new MemoryDatabase();
  for (const _ of [1, 2]) await deployed(db.uow, await register(db.uow, NAME, { rollout: false }));
  const word = { reason: 'first', actor: 'ann', probes: Probes.FORCED };
  await db.uow.run((stores) => promoteVersion(stores, NAME, 1, word));
  const policy = isFrozen ? { ...AT_ONCE, freeze: FREEZE } : AT_ONCE;
  await db.uow.run(async (stores) => {
    const model = await stores.models.lock(NAME);
    if (model) await stores.models.update(model.id, { policy });
  });
  const primary = () => [...db.state.models.values()][0]?.primary;
  return { ports: reconcilePorts(db.uow), db, primary };
}

/** Mutant: `promotes-through-freeze`. */
describe("an admin's promotion while a freeze window is open", () => {
  it('goes through it as an override with a reason, on the record, and not when it says that it is none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.constantFrom(undefined, true, false),
        fc.string({ minLength: 1, maxLength: 20 }),
        async (isFrozen, overrideFreeze, why) => {
          const { ports, db, primary } = await modelWithTwo(isFrozen);
          const asking = { uow: db.uow, serving: ports.checks.serving };
          const reason = `hot fix ${why}`;
          const said = promoteAtOnce(asking, NAME, 2, { reason, actor: 'olga', overrideFreeze, force: true });
          if (isFrozen && overrideFreeze === false) {
            await expect(said).rejects.toMatchObject({ code: 'frozen' });
            expect(primary()).toBe(1);
            return;
          }
          const { outcome } = await said;
          expect(primary()).toBe(2);
          const isUnsaid = isFrozen && overrideFreeze === undefined;
          expect(outcome.includes('needs "overrideFreeze": true')).toBe(isUnsaid);
          const promoted = [...db.state.rollouts.values()].at(-1);
          expect(promoted?.reason.startsWith(reason)).toBe(true);
          expect(promoted?.reason.includes('overriding the freeze until')).toBe(isFrozen);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is a repeat where the version is the primary already, whatever is frozen', async () => {
    const { ports, db } = await modelWithTwo(true);
    const word = { reason: 'again', actor: 'olga', overrideFreeze: false };
    const asking = { uow: db.uow, serving: ports.checks.serving };
    const { outcome } = await promoteAtOnce(asking, NAME, 1, { ...word, force: true });
    expect(outcome).toBe('version 1 is the primary already');
  });
});
