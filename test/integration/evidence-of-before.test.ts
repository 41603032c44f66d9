import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ingestEvidence, reconcileRollout, type EvidenceEntry } from '#libs/engine';
import { BLOCKED, coarseBucket, isSlice, type Tally } from '#libs/stats';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let rolloutId: string;
let sequence = 0;
beforeAll(async () => {
  db = await freshUnitOfWork();
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const steps = [{ canary: { weight: '50%', minRequests: 1_000, maxDuration: '1h' } }];
  const gates = [{ metric: 'latency_p95', maxIncreaseRatio: 1.25 }];
  const second = await register(db.uow, 'm', { rollout: { policy: { name: 'p', steps, gates } } });
  await deployed(db.uow, second);
  rolloutId = second.rollout!.id;
  await reconcileRollout(reconcilePorts(db.uow), rolloutId);
});
afterAll(() => db.close());

const ingest = (...parts: readonly Partial<EvidenceEntry>[]) =>
  ingestEvidence(db.uow, {
    ...{ gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [] },
    entries: parts.map((part) => ({
      ...{ rolloutId, revision: 2, arm: 'candidate', tally: tally(1) },
      ...part,
    })),
  });
/** Before its start period is over, that of the start. */
const candidate = async (): Promise<Tally> => {
  const [step] = Object.values(await db.uow.run((stores) => stores.evidence.ofRollout(rolloutId)));
  return step!.start?.[0]?.candidate ?? step!.candidate;
};

it('what a data plane of before sends counts as of the second of its arrival, what one of now says stays as it is', async () => {
  const old = tally(20, 3, { measures: { score: { n: 20, mean: 0.5, m2: 1 } } });
  await ingest({ tally: old });
  const { blocks } = await candidate();
  const slices = Object.keys(blocks?.[BLOCKED.latency] ?? {});
  expect([slices.length, slices.every(isSlice)]).toEqual([1, true]);
  const [slice = ''] = slices;
  const seconds = Number(slice.split('.')[1]);
  expect(Math.abs(Date.now() / 1_000 - seconds)).toBeLessThan(60);
  // Its times only: harm in rates does not wait until there are slices enough.
  expect(blocks).toEqual({ [BLOCKED.latency]: { [slice]: { [coarseBucket(5)]: 20 } } });

  const told = { [BLOCKED.error]: { 't0.1000': { n: 7, sum: 1 } } };
  await ingest({ tally: { ...tally(7, 1), blocks: told } }, { tally: tally(5), segment: 'latency_p95=x' });
  const after = (await candidate()).blocks;
  const requests = Object.values(after?.[BLOCKED.error] ?? {}).reduce((sum, { n = 0 }) => sum + n, 0);
  const times = Object.values(after?.[BLOCKED.latency] ?? {}).flatMap(Object.values<number>);
  expect([requests, times]).toEqual([7, [20]]);
});
