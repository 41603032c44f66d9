import { beforeEach, expect, it } from '@jest/globals';
import { actOnRollout, Probes, reconcileRollout, type Registered } from '#libs/engine';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/* Checks of minutes: the sweep hands the rollout over again every 20 s, and a place that waits for them is given back. */
let db: MemoryDatabase;
let asked: number;
let answers: (() => void)[];
let ports: ReturnType<typeof reconcilePorts>;
beforeEach(() => {
  db = new MemoryDatabase();
  [asked, answers] = [0, []];
  const usual = reconcilePorts(db.uow).checks;
  const verify = async (): Promise<void> => {
    asked++;
    await new Promise<void>((resolve) => answers.push(resolve));
  };
  ports = reconcilePorts(db.uow, {
    checks: { ...usual, artifacts: { ...usual.artifacts, verify } },
  });
});
const look = async ({ rollout }: Registered) => (await reconcileRollout(ports, rollout!.id))?.kind;
const recordOf = ({ rollout }: Registered) => db.state.rollouts.get(rollout!.id)!;
const until = async (holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 1_000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
};

const policy = {
  name: 'checked',
  steps: [
    { checks: {} },
    { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } },
    { bake: { duration: '1h' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.02 }],
};
/** v2 in its checks. */
async function inChecks(): Promise<Registered> {
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await look(first);
  const artifact = { uri: 'file:///x', digest: `sha256:${'0'.repeat(64)}` };
  const second = await register(db.uow, 'm', { rollout: { policy }, artifact });
  await deployed(db.uow, second);
  expect(await look(second)).toBe('advance');
  return second;
}

it('are made once, however often the rollout is looked at meanwhile', async () => {
  const second = await inChecks();
  const first = look(second);
  await until(() => asked === 1);
  const others = [look(second), look(second)];
  await Promise.race([Promise.all(others), until(() => asked > 1)]);
  expect(asked).toBe(1);
  expect(await Promise.all(others)).toEqual(['hold', 'hold']);
  for (const answer of answers) answer();
  expect(await first).toBe('advance');
  expect(recordOf(second)).toMatchObject({ stepIndex: 1 });
});

it('hold up nothing that comes after them: a bake that was begun by hand is judged while they hang', async () => {
  const second = await inChecks();
  const first = look(second);
  await until(() => asked === 1);
  await db.uow.run((stores) =>
    actOnRollout(stores, second.rollout!.id, {
      ...{ action: 'promote', step: 0, actor: 'ann', authority: 'admin', reason: 'a test' },
      probes: Probes.FORCED,
    }),
  );
  expect(recordOf(second)).toMatchObject({ state: 'baking', stepIndex: 2 });
  expect(await look(second)).toBe('hold');
  for (const answer of answers) answer();
  await first;
  expect(recordOf(second)).toMatchObject({ state: 'baking', stepIndex: 2 });
});
