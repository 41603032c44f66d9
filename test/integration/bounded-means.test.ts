import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ingestEvidence, reconcileRollout, replayRollout, type EvidenceEntry } from '#libs/engine';
import { MEASURE, mergeTallies, pointsAround, sparseMomentsOf, type Tally } from '#libs/stats';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register, tally } from '../support/builders.ts';

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let sequence = 0;
const REVISION = 2;
beforeAll(async () => {
  db = await freshUnitOfWork();
});
afterAll(() => db.close());

const steps = [{ canary: { weight: '50%', minRequests: 100, maxDuration: '1h' } }];
const gates = [{ metric: 'output_tokens_mean', maxIncrease: 20, winsorize: 'p99' }];
async function released(model: string): Promise<string> {
  const first = await register(db.uow, model);
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const second = await register(db.uow, model, { rollout: { policy: { name: 'p', steps, gates } } });
  await deployed(db.uow, second);
  await reconcileRollout(reconcilePorts(db.uow), second.rollout!.id);
  return second.rollout!.id;
}

/** Answers of so many tokens; one in 500 talks without end. */
const answers = (n: number, tokens: number, isOlder = false): Tally =>
  mergeTallies(
    Array.from({ length: n }, (_, i) => {
      const value = i % 500 === 7 ? 9_000 : tokens + (i % 21) - 10;
      return tally(1, 0, {
        measures: { [MEASURE.outputTokens]: sparseMomentsOf(value) },
        ...(!isOlder && { points: { [MEASURE.outputTokens]: Object.fromEntries(pointsAround(value)) } }),
      });
    }),
  );
const counted = async (rolloutId: string, candidate: Tally, primary: Tally): Promise<void> => {
  const entry = (arm: EvidenceEntry['arm'], of: Tally) => ({ rolloutId, revision: REVISION, arm, tally: of });
  const { refused } = await ingestEvidence(db.uow, {
    ...{ gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [] },
    entries: [entry('candidate', candidate), entry('primary', primary)],
  });
  expect(refused.entries).toEqual([]);
};
const look = async (rolloutId: string) => {
  await reconcileRollout(reconcilePorts(db.uow), rolloutId);
  const rollout = await db.uow.run((stores) => stores.rollouts.find(rolloutId));
  return { rollout, verdict: rollout?.verdicts.find(({ gate }) => gate === 'output_tokens_mean') };
};

it('where values are cut off is chosen once, kept, and what it was chosen from is not judged', async () => {
  const id = await released('chatty');
  await counted(id, answers(60, 100), answers(60, 100));
  expect((await look(id)).verdict).toMatchObject({
    verdict: 'undecided',
    because: expect.stringMatching(/^120 values so far: where values are cut off \(p99\) is chosen from/),
  });
  await counted(id, answers(300, 100), answers(300, 100));
  const { rollout } = await look(id);
  const bound = rollout?.valueBounds?.['output_tokens_mean'];
  expect(bound).toMatchObject({ step: 0, values: 720, from: 90, to: 150 });
  // Half as much again: of the first values nothing is said, and they move nothing.
  await counted(id, answers(600, 150), answers(600, 100));
  const late = await look(id);
  expect(late.rollout?.valueBounds?.['output_tokens_mean']).toEqual(bound);
  expect(late.verdict?.counts).toMatchObject({ candidate: 600, primary: 600 });
  expect(late.verdict?.because).toContain('cut off at 90 and 150 (p99 of the first 720 values of both arms');
  expect(late.verdict?.verdict).toBe('fail');
  // All that was decided can be decided again from what was recorded.
  expect(await replayRollout(db.uow, id)).toMatchObject({ same: true });
});

it('evidence of gateways of an older release is judged as before, and the verdict says so', async () => {
  const id = await released('older');
  await counted(id, answers(600, 160), answers(600, 100, true));
  const { rollout, verdict } = await look(id);
  expect(rollout?.valueBounds).toBeNull();
  expect(verdict?.because).toContain('of the others gateways of an older release did not say them');
});
