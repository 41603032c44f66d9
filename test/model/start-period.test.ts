import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Registered, reconcileRollout, sweepOnce } from '#libs/engine';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../support/builders.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/*
 * A candidate that is cold: it fails all of its requests, and slowly, for the first ten seconds of a step, and none
 * afterwards. The whole engine, with a clock of the test's own.
 */
let db: MemoryDatabase;
let gateway: FakeGateway;
beforeEach(() => {
  db = new MemoryDatabase();
  gateway = new FakeGateway(db.uow);
});

const COLD = { primary: tally(200, 2), candidate: tally(200, 200) };
const WARM = { primary: tally(3_000, 30), candidate: tally(3_000, 30) };
const BAD = { primary: tally(200, 2), candidate: tally(200, 100) };

const policyWith = (gate: Record<string, unknown>) => ({
  name: 'cold',
  steps: [
    { canary: { weight: '50%', minRequests: 500, maxDuration: '10m' } },
    { canary: { weight: '50%', minRequests: 500, maxDuration: '10m' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.02, ...gate }],
});

type Started = 'by us' | 'before' | 'put up meanwhile' | 'put up long before' | 'asked late';
/** v2 in its canary, the step's clock running. @param started who has started its process, and when */
async function inCanary(gate: Record<string, unknown>, started: Started = 'before'): Promise<Registered> {
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcile(first);
  const artifact = { uri: 'file:///x', digest: `sha256:${'0'.repeat(64)}` };
  const second = await register(db.uow, 'm', {
    rollout: { policy: policyWith(gate) },
    ...(started === 'by us' ? { artifact, servingUrl: null } : { servingUrl: 'http://127.0.0.1:8' }),
  });
  // Nobody asked its server at first: it was queued, or no worker ran.
  if (started === 'asked late') db.nowMs += 60_000;
  if (started.startsWith('put up')) {
    await deployed(db.uow, second, 'starting', null);
    expect(await reconcile(second)).toBe('hold');
    db.nowMs += 20_000;
  }
  await deployed(db.uow, second, 'ready', 'http://127.0.0.1:8');
  if (started === 'put up long before') db.nowMs += 61_000;
  expect(await reconcile(second)).toBe('advance');
  await gateway.acknowledge('m');
  expect(await reconcile(second)).toBe('hold');
  return second;
}
const reconcile = async ({ rollout }: Registered) =>
  (await reconcileRollout(reconcilePorts(db.uow), rollout!.id))?.kind;
/** What a worker does of itself, by its clock. */
async function sweep(): Promise<void> {
  const { handOver } = await sweepOnce(db.uow, 10, 1_000);
  for (const id of handOver) await reconcileRollout(reconcilePorts(db.uow), id);
}
const idOf = ({ rollout }: Registered): string => rollout!.id;
const recordOf = (registered: Registered) => db.state.rollouts.get(idOf(registered))!;
/** A second at a time, as gateways and sweeps come. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    db.nowMs += 1_000;
    await gateway.acknowledge('m');
    await sweep();
  }
}

describe('what happens in the start period', () => {
  it.each([
    ['as the gate says', { startPeriod: '10s' }, 'before'],
    ['by default, where the process was just started', {}, 'by us'],
    ['by default, where somebody else has just put the server up', {}, 'put up meanwhile'],
  ] as const)('is left out of the evidence: %s', async (_title, gate, started) => {
    const second = await inCanary(gate, started);
    await pass(5);
    await gateway.post('m', idOf(second), COLD);
    expect(await reconcile(second)).toBe('hold');
    // It is shown all the same.
    expect(recordOf(second).verdicts.find((v) => v.gate === 'error_rate')).toMatchObject({
      verdict: 'no_data',
      counts: { startPeriodRequests: 200, startPeriodFailures: 200 },
      because: expect.stringContaining('200 of 200 requests failed'),
    });
    await pass(6);
    // A batch of before that comes late is still of before.
    await gateway.post('m', idOf(second), COLD, (await gateway.revision('m')) - 1);
    expect(await reconcile(second)).toBe('hold');
    expect(recordOf(second).decision?.because).toContain('0 of 500 requests seen');
    await gateway.post('m', idOf(second), WARM);
    // Both arms are cut: the primary's 400 early requests are in neither step's counts.
    expect(await reconcile(second)).toBe('advance');
    expect(recordOf(second).verdicts.find((v) => v.gate === 'error_rate')?.counts).toMatchObject({
      candidateRequests: 3_000,
      primaryRequests: 3_000,
      startPeriodRequests: 400,
    });
  });

  it.each([
    ['harm that goes on after it', { startPeriod: '10s' }, 'before'],
    ['harm from the first request on, of a server that was there before', {}, 'before'],
    [
      'harm from the first request on, of a server that was put up more than a minute ago',
      {},
      'put up long before',
    ],
    ['harm from the first request on, of a server that was there when it was first asked', {}, 'asked late'],
    ['harm from the first request on, where the gate says so', { startPeriod: '0s' }, 'by us'],
    [
      'harm from the first request on, where the gate says so of a server put up just now',
      { startPeriod: '0s' },
      'put up meanwhile',
    ],
  ] as const)('is the start period only: %s is found', async (_title, gate, started) => {
    const second = await inCanary(gate, started);
    const isLate = 'startPeriod' in gate && gate.startPeriod !== '0s';
    if (isLate) await pass(11);
    await gateway.post('m', idOf(second), BAD);
    expect(await reconcile(second)).toBe('rollback');
  });

  it('is over for good: neither a resume nor a route that moves brings it back', async () => {
    const second = await inCanary({ startPeriod: '10s' });
    await pass(11);
    expect(recordOf(second).startPhase).toBeNull();
    await deployed(db.uow, second, 'ready', 'http://127.0.0.1:7');
    await gateway.acknowledge('m');
    await gateway.post('m', idOf(second), BAD);
    expect(await reconcile(second)).toBe('rollback');
  });
});
