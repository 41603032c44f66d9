import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ingestEvidence, type EvidenceEntry, type UnitOfWork } from '#libs/engine';
import type { Route } from '#libs/traffic';
import { register, tally } from './builders.ts';
import { freshUnitOfWork } from './databases/database.ts';
import { json, startModelServer } from './model-servers/model-server.ts';
import { type TestProcess, startProcess } from './processes.ts';

/** What becomes of a model's second version is a function of its number: good, harmful, for a person, silent. */
const FATES = ['succeeded', 'rolled_back', 'awaiting_approval', 'paused'] as const;
export const fateOf = (model: string): (typeof FATES)[number] =>
  FATES[Number(model.replace('race-', '')) % FATES.length] ?? 'succeeded';

const policyOf = (fate: (typeof FATES)[number]) => ({
  name: `race-${fate}`,
  steps: [
    { shadow: { minRequests: 20, minDuration: '1s', maxDuration: '10m' } },
    {
      canary: {
        weight: '10%',
        minRequests: 20,
        minDuration: '2s',
        maxDuration: fate === 'paused' ? '4s' : '10m',
      },
    },
    { canary: { weight: '50%', minRequests: 40, minDuration: '2s', maxDuration: '10m' } },
    ...(fate === 'awaiting_approval' ? [{ approval: {} }] : []),
    { bake: { duration: '2s' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.3 }],
  promoteWhen: 'notFailed',
  onNoData: 'pause',
});

/** Many models on one database, a gateway that never tires, and as many real worker processes as a test starts. */
export async function startRacingSite(models: number, env: Record<string, string>) {
  const { uow, url, query, close } = await freshUnitOfWork();
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-race-'));
  const server = await startModelServer((_request, _body, response) => json(response, { ok: true }));
  const names = Array.from({ length: models }, (_, i) => `race-${i}`);
  const workers = new Set<TestProcess>();
  const startWorker = async (more: Record<string, string> = {}): Promise<TestProcess> => {
    const worker = await startProcess('apps/worker/src/main.js', {
      UNDERSTUDY_HOME: home,
      SWEEP_MS: '300',
      WORKER_PORT: '0',
      DATABASE_URL: url,
      ...env,
      ...more,
    });
    workers.add(worker);
    return worker;
  };
  const kill = async (worker: TestProcess, signal: NodeJS.Signals): Promise<void> => {
    workers.delete(worker);
    await worker.kill(signal);
  };
  const registerAll = async (): Promise<void> => {
    for (const name of names)
      await register(uow, name, { servingUrl: server.url, rollout: { policy: policyOf(fateOf(name)) } });
  };
  const gateway = startTirelessGateway(uow);
  return {
    url,
    query,
    workers,
    startWorker,
    kill,
    registerAll,
    /** How many rollouts of this version are in each state. */
    states: async (version: number): Promise<Record<string, string>> => {
      const rows = await query<{ name: string; state: string }>(
        'SELECT m.name, r.state FROM rollout r JOIN model m ON m.id = r.model_id WHERE r.version = $1',
        [version],
      );
      return Object.fromEntries(rows.map((row) => [row.name, row.state]));
    },
    close: async () => {
      await Promise.all([...workers].map((worker) => kill(worker, 'SIGKILL')));
      await gateway.stop();
      await close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Acknowledges every route at once and posts what its arms did, every 300 ms, as a gateway would. */
function startTirelessGateway(uow: UnitOfWork): { stop(): Promise<void> } {
  let sequence = 0;
  let stopped = false;
  const beat = async (): Promise<void> => {
    const routes = await uow.run((stores) => stores.routes.all());
    const acknowledged = routes.map(({ model, revision }) => ({ model, revision }));
    const batch = { gateway: 'tireless', boot: 'one', sequence: ++sequence, acknowledged };
    await ingestEvidence(uow, { ...batch, entries: routes.flatMap(evidenceUnder) });
  };
  const loop = async (): Promise<void> => {
    while (!stopped) {
      // A database that is away gets the next batch instead: the test looks at what was acknowledged.
      await beat().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const done = loop();
  return {
    stop: async () => {
      stopped = true;
      await done;
    },
  };
}

function evidenceUnder({ model, rolloutId, revision, candidate }: Route): EvidenceEntry[] {
  if (rolloutId === null) return [];
  const of = (arm: EvidenceEntry['arm'], errors: number): EvidenceEntry => {
    const counts = arm === 'shadow' ? { compared: 20, agreed: 20 } : {};
    return { rolloutId, revision, arm, tally: tally(20, errors, counts) };
  };
  const primary = of('primary', 0);
  if (!candidate) return [primary];
  if (candidate.mode === 'shadow') return [primary, of('shadow', 0)];
  const fate = fateOf(model);
  // A silent candidate gets no traffic; a harmful one shows it in the second canary only.
  if (fate === 'paused') return [primary];
  return [primary, of('candidate', fate === 'rolled_back' && candidate.weight > 1_000 ? 18 : 0)];
}
