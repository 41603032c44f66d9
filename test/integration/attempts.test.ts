import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { actOnRollout, reconcileRollout } from '#libs/engine';
import { shareOfAttempt, TRIPS_SHARE } from '#libs/rollout';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';

/*
 * A version has one error budget, however often somebody tries again: two arms that differ enough for the first try are not
 * enough for the third.
 */
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let gateway: FakeGateway;
beforeEach(async () => {
  db = await freshUnitOfWork();
  gateway = new FakeGateway(db.uow);
});
afterEach(() => db.close());

const ARTIFACT = { uri: 'file:///x', digest: `sha256:${'1'.repeat(64)}` };
const OTHER = { uri: 'file:///y', digest: `sha256:${'2'.repeat(64)}` };
const policy = {
  ...{ name: 'p', steps: [{ canary: { weight: '50%', minRequests: 10_000, maxDuration: '1h' } }] },
  gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
};
/** Just enough to be proven at the first try's level. */
const HARM = { primary: tally(300, 3), candidate: tally(300, 25) };

const release = async (artifact: typeof ARTIFACT, more: object = {}) => {
  const made = await register(db.uow, 'm', {
    rollout: { policy: { ...policy, ...more } },
    artifact,
    servingUrl: 'http://127.0.0.1:8',
  });
  await deployed(db.uow, made, 'ready', 'http://127.0.0.1:8');
  return made.rollout!.id;
};
const look = async (id: string) => (await reconcileRollout(reconcilePorts(db.uow), id))?.kind;
const find = (id: string) => db.uow.read(async (stores) => (await stores.rollouts.find(id))!);
/** @returns what is decided of it on the same evidence as all others */
async function judged(id: string): Promise<string | undefined> {
  expect(await look(id)).toBe('advance');
  await gateway.acknowledge('m');
  expect(await look(id)).toBe('hold');
  await gateway.post('m', id, HARM);
  return look(id);
}
async function retry(id: string): Promise<string> {
  const word = { action: 'retry', reason: 'again', actor: 'anna', authority: 'admin' } as const;
  await db.uow.run((stores) => actOnRollout(stores, id, word));
  const { modelId } = await find(id);
  return db.uow.read(async (stores) => (await stores.rollouts.findLive(modelId))!.id);
}
async function abort(id: string): Promise<void> {
  const word = { action: 'abort', reason: 'enough', actor: 'anna', authority: 'admin' } as const;
  await db.uow.run((stores) => actOnRollout(stores, id, word));
}

it('a retry goes on with what is left of the error budget, unless the artifact is another one', async () => {
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  expect(await look(first.rollout!.id)).toBe('promote');

  const one = await release(ARTIFACT);
  expect(await judged(one)).toBe('rollback');
  const two = await retry(one);
  expect((await find(two)).attempt).toBe(2);
  expect(await judged(two)).toBe('hold');
  const { verdicts } = await find(two);
  expect(verdicts[0]?.evidence?.harmNeeded).toBeCloseTo(
    -Math.log10(0.05 * (1 - TRIPS_SHARE) * shareOfAttempt(2)),
    2,
  );
  await abort(two);

  // The same artifact under another number is the same thing again; another artifact is not.
  const three = await release(ARTIFACT);
  expect((await find(three)).attempt).toBe(3);
  await abort(three);
  // One that nobody judged has spent nothing.
  expect((await find(await release(ARTIFACT))).attempt).toBe(3);
  const other = await release(OTHER);
  expect((await find(other)).attempt).toBe(1);
  expect(await judged(other)).toBe('rollback');
});

it('those that wait beside each other are counted when they first send traffic', async () => {
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  expect(await look(first.rollout!.id)).toBe('promote');
  const one = await release(ARTIFACT, { onNewVersion: 'queue' });
  const two = await release(ARTIFACT, { onNewVersion: 'queue' });
  expect(await judged(one)).toBe('rollback');
  expect(await judged(two)).toBe('hold');
  expect((await find(two)).attempt).toBe(2);
});
