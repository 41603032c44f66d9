import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  actOnRollout,
  Probes,
  promoteVersion,
  reconcileRollout,
  requireRollout,
  setEnvironment,
  type StartRollout,
  startRollout,
  whyItWaits,
} from '#libs/engine';
import type { Action } from '#libs/rollout';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { ADMIN } from '../support/group-of-three.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * Every live rollout says in one sentence why nothing moves, whatever else it waits for: one that a person, a freeze, a date, its minima or
 * the one before it holds, and whose artifact is not proven in the environment before any more, would go no further without those, and says so.
 */
const HOUR = 3_600_000;
const ARTIFACT = (of: number) => ({ uri: 'file:///m', digest: `sha256:${String(of).repeat(64)}` });
const CANARY = { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } };
const BAKE = { bake: { duration: '1h' } };
const policyOf = (steps: readonly object[], more: object = {}): object => ({
  ...{ name: 'p', onNewVersion: 'queue', gates: [{ metric: 'error_rate', maxIncrease: 0.2 }] },
  ...{ steps, ...more },
});

/** Version 1 of `m` and of `before` serves; version 2 of `m` is released. */
async function scene() {
  const db = new MemoryDatabase();
  const gateway = new FakeGateway(db.uow);
  for (const model of ['m', 'before'])
    for (let version = 1; version <= 3; version++) {
      await deployed(db.uow, await register(db.uow, model, { rollout: false, artifact: ARTIFACT(version) }));
      if (version === 1)
        await db.uow.run((stores) =>
          promoteVersion(stores, model, 1, { reason: 'r', actor: 'ann', probes: Probes.FORCED }),
        );
    }
  const release = async (version: number, more: Partial<StartRollout> = {}): Promise<string> => {
    const asked = { version, policy: policyOf([CANARY, BAKE]), reason: 'r', ...ADMIN, ...more };
    const { id } = await db.uow.run((stores) => startRollout(stores, 'm', asked));
    return id;
  };
  const look = (id: string) => reconcileRollout(reconcilePorts(db.uow), id);
  const underWay = async (more: Partial<StartRollout> = {}): Promise<string> => {
    const id = await release(2, more);
    await look(id);
    await gateway.acknowledge('m');
    await look(id);
    return id;
  };
  const act = async (id: string, action: Action): Promise<void> => {
    const said = { action, reason: 'r', ...ADMIN, probes: Probes.FORCED };
    await db.uow.run((stores) => actOnRollout(stores, id, said));
  };
  /** From now on `m` comes after an environment that has none of its artifacts. */
  const loseProof = async (): Promise<void> => {
    await db.uow.run(async (stores) => {
      await stores.models.lock('before');
      const model = await stores.models.lock('m');
      const reach = { name: 't', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
      if (model) await setEnvironment(stores, model, { name: 'prod', after: 'before' }, { ...ADMIN, reach });
    });
  };
  return { db, release, look, underWay, act, loseProof };
}
type Scene = Awaited<ReturnType<typeof scene>>;

const FROZEN = { freeze: [{ cron: '0 0 * * *', duration: '23h' }] };
/** Brings a rollout to each place where something else holds it. */
const PLACES: Readonly<Record<string, (its: Scene) => Promise<string>>> = {
  'waits for its date': ({ db, release }) => release(2, { startAt: db.nowMs + HOUR }),
  'waits behind another one': async ({ underWay, release }) => {
    await underWay();
    return release(3);
  },
  'would take a place': async ({ underWay, release, db }) => {
    await underWay({ policy: policyOf([CANARY, BAKE], { onNewVersion: 'supersede' }) });
    const id = await release(3, { startAt: db.nowMs + 1_000 });
    db.nowMs += 2_000;
    return id;
  },
  'has been released this moment': ({ release }) => release(2),
  'lacks requests': ({ underWay }) => underWay(),
  'waits for approval': async ({ underWay }) =>
    underWay({ policy: policyOf([{ approval: {} }, CANARY, BAKE]) }),
  'is paused': async ({ underWay, act }) => {
    const id = await underWay();
    await act(id, 'pause');
    return id;
  },
  'is frozen': ({ db, underWay }) => {
    db.nowMs = Date.UTC(2026, 10, 29, 12);
    return underWay({ policy: policyOf([CANARY, BAKE], FROZEN) });
  },
};
/** Where nothing is held up by it: it has been promoted. */
const BAKES = async ({ underWay, act }: Scene): Promise<string> => {
  const id = await underWay();
  await act(id, 'promote');
  return id;
};

const told = async ({ db }: Scene, id: string): Promise<string> =>
  (await db.uow.read(async (stores) => whyItWaits(stores, await requireRollout(stores, id)))).waitingFor ??
  '';
const LOST = 'is not proven in "before"';

describe('what a rollout says it waits for', () => {
  it.each(Object.keys(PLACES))(
    '%s: that it is not proven before, too, once and whoever looks',
    async (place) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('look', 'lose'), { minLength: 1, maxLength: 5 }),
          async (does) => {
            const its = await scene();
            const id = await PLACES[place]!(its);
            let isLost = false;
            for (const one of does) {
              if (one === 'look') await its.look(id);
              else if (!isLost) await its.loseProof();
              isLost ||= one === 'lose';
              const said = await told(its, id);
              expect([said.split(LOST).length - 1, said]).toEqual([
                isLost ? 1 : 0,
                expect.stringMatching(/./),
              ]);
            }
          },
        ),
        { numRuns: 25 },
      );
    },
  );

  it('nothing of it, once it is primary', async () => {
    const its = await scene();
    const id = await BAKES(its);
    await its.loseProof();
    expect(await told(its, id)).not.toContain(LOST);
  });
});
