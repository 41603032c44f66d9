import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  actOnRollout,
  assertSegmentsKnown,
  probesOfAction,
  reconcileRollout,
  replaceSegments,
  requireRollout,
  startRollout,
  type CallerSegments,
} from '#libs/engine';
import { isListed } from '#libs/traffic';
import { deployed, FakeGateway, reconcilePorts, register } from '../support/builders.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';

/** Rings before percentages: what the routes of a rollout say, step by step. */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let gateway: FakeGateway;
beforeEach(async () => {
  db = await freshUnitOfWork();
  gateway = new FakeGateway(db.uow);
});
afterEach(() => db.close());

const timed = { minRequests: 10, maxDuration: '1h' };
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };
const RINGS = {
  name: 'rings',
  steps: [
    { canary: { segment: 'staff', ...timed } },
    { canary: { segments: ['staff', 'pilots'], ...timed } },
    { canary: { weight: '10%', ...timed } },
    { bake: { duration: '1h', holdBack: '60%' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.2 }],
};
const segments = (...pilots: string[]): CallerSegments =>
  new Map([
    ['pilots', { from: 'units', units: pilots }],
    ['staff', { from: 'header', name: 'x-team', values: ['staff'] }],
  ]);
const setSegments = (to: CallerSegments) =>
  db.uow.run(async (stores) =>
    replaceSegments(stores, (await stores.models.lock('m'))!, to, { actor: 'ann' }),
  );

async function primary(): Promise<void> {
  const first = await register(db.uow, 'm', { rollout: { policy: AT_ONCE } });
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
}
const routeOf = async (id: string) => {
  const { modelId } = await db.uow.read((stores) => requireRollout(stores, id));
  return db.uow.read((stores) => stores.routes.find(modelId));
};
async function skip(id: string): Promise<void> {
  const rollout = await db.uow.read((stores) => requireRollout(stores, id));
  const serving = reconcilePorts(db.uow).checks.serving;
  const probes = await probesOfAction({ uow: db.uow, serving }, rollout, 'skip');
  const word = { action: 'skip' as const, actor: 'ann', reason: 'a test', probes, step: rollout.stepIndex };
  await db.uow.run((stores) => actOnRollout(stores, id, { ...word, authority: 'admin' }));
}

it('a rollout goes through its rings, whose members are frozen when their step begins, and keep the candidate', async () => {
  await primary();
  await setSegments(segments('ann'));
  const made = await register(db.uow, 'm', { rollout: { policy: RINGS } });
  const id = made.rollout!.id;
  await deployed(db.uow, made);
  await reconcileRollout(reconcilePorts(db.uow), id);
  await gateway.acknowledge('m');
  const staff = {
    segment: 'staff',
    share: 5_000,
    rule: { from: 'header', name: 'x-team', values: ['staff'] },
  };
  expect((await routeOf(id))?.candidate).toMatchObject({ weight: 0, rings: [{ ...staff, judged: true }] });

  // Taken by the ring that has not begun; the one that has keeps its own.
  await setSegments(
    new Map([...segments('bob'), ['staff', { from: 'header', name: 'x-other', values: ['y'] }]]),
  );
  await skip(id);
  await gateway.acknowledge('m');
  const second = (await routeOf(id))?.candidate;
  expect(second).toMatchObject({
    weight: 0,
    rings: [
      { ...staff, judged: true },
      { segment: 'pilots', judged: true },
    ],
  });
  const pilots = second?.rings?.[1]?.rule;
  expect(['ann', 'bob'].map((unit) => pilots?.from === 'units' && isListed(pilots.digests, unit))).toEqual([
    false,
    true,
  ]);

  await setSegments(segments('carol'));
  await skip(id);
  await gateway.acknowledge('m');
  const kept = [
    { ...staff, judged: false },
    { segment: 'pilots', share: 5_000, judged: false, rule: pilots },
  ];
  expect((await routeOf(id))?.candidate).toMatchObject({ weight: 1_000, rings: kept });
  await skip(id);
  expect((await routeOf(id))?.candidate).toMatchObject({
    version: 1,
    weight: 6_000,
    heldBack: true,
    rings: kept,
  });
});

it('a version that is promoted by hand before its rings have begun has nobody who keeps it', async () => {
  await primary();
  await setSegments(segments('ann'));
  const steps = [{ shadow: timed }, ...RINGS.steps];
  const made = await register(db.uow, 'm', { rollout: { policy: { ...RINGS, steps } } });
  await deployed(db.uow, made);
  await reconcileRollout(reconcilePorts(db.uow), made.rollout!.id);
  await gateway.acknowledge('m');
  expect((await routeOf(made.rollout!.id))?.candidate).not.toHaveProperty('rings');
});

it('a segment that is not there is named where a policy is set or a rollout starts; one that is needed stays', async () => {
  await primary();
  const start = (policy: unknown) =>
    db.uow.run((stores) =>
      startRollout(stores, 'm', { version: 2, policy, actor: 'ann', authority: 'admin' }),
    );
  await register(db.uow, 'm', { rollout: false } as never);
  await expect(start(RINGS)).rejects.toMatchObject({
    code: 'segment_unknown',
    errors: [
      { pointer: '/policy/steps/0/canary' },
      { pointer: '/policy/steps/1/canary' },
      { pointer: '/policy/steps/1/canary' },
    ],
  });
  await setSegments(segments('ann'));
  await db.uow.read(async (stores) => assertSegmentsKnown(stores, (await stores.models.find('m'))!, RINGS));
  const { id } = await start(RINGS);
  await expect(setSegments(new Map())).rejects.toMatchObject({ code: 'segment_in_use' });
  await setSegments(segments('bob'));
  const word = { action: 'abort', reason: 'x', actor: 'ann', authority: 'admin' } as const;
  await db.uow.run((stores) => actOnRollout(stores, id, word));
  await setSegments(new Map());
});
