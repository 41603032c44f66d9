import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Authority, registerVersion, startRollout } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { deployed, lenientPorts, newVersion, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * A policy that comes with a registration is read twice: before anything is probed, and when its rollout starts. Both read what a release of a
 * version that is there already does: silence about `onUndecided`, or about a multiple, is what the model says.
 */
const KEPT = {
  ...{ name: 'kept', onUndecided: 'rollback', promoteWhen: 'notFailed' },
  steps: [{ canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } }, { bake: { duration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: { points: 0.01, ratio: 5 } }],
  // As a release of before took it; of a new one it is refused: it never closes.
  freeze: [{ cron: '0 * * * *', duration: '2h' }],
};
const { onUndecided: _, ...SILENT } = KEPT;
const documents = fc
  .record({
    base: fc.constantFrom<object>(KEPT, SILENT),
    gates: fc.constantFrom<object | undefined>(
      undefined,
      [{ metric: 'error_rate', maxIncrease: 0.01 }],
      [{ metric: 'error_rate', maxIncrease: 0.005 }],
    ),
    more: fc.constantFrom<object>(
      {},
      {},
      { name: 'other' },
      { onUndecided: 'pause' },
      { freeze: [] },
      { steps: 3 },
    ),
  })
  .map(({ base, gates, more }) => ({ ...base, ...(gates && { gates }), ...more }));

const outcome = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act();
    return 'taken';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

/** A model as an older release left it, whose version 1 waits. */
async function kept(): Promise<MemoryDatabase> {
  const db = new MemoryDatabase();
  await deployed(db.uow, await register(db.uow, 'm', { rollout: false }));
  await db.uow.run(async (stores) => {
    const model = await stores.models.lock('m');
    if (model) await stores.models.update(model.id, { policy: KEPT });
  });
  return db;
}

it('a policy that comes with a registration is taken where one that comes with a release is, and for nothing else', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      documents,
      fc.constantFrom<Authority>('submit', 'operate', 'admin'),
      async (policy, authority) => {
        const by = { actor: 'ann', authority };
        const released = await outcome(async () => {
          const { uow } = await kept();
          return uow.run((stores) => startRollout(stores, 'm', { version: 1, policy, reason: 'r', ...by }));
        });
        const registered = await outcome(async () => {
          const { uow } = await kept();
          return registerVersion(lenientPorts(uow), 'm', newVersion({ rollout: { policy } }), by);
        });
        seen.set(released, (seen.get(released) ?? 0) + 1);
        expect({ policy, authority, registered }).toEqual({ policy, authority, registered: released });
      },
    ),
    { numRuns: 150 },
  );
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['taken', 'policy_invalid', 'policy_looser']));
});
