import { randomUUID } from 'node:crypto';
import { openDataSource, retentionStore, typeOrmUnitOfWork } from '#libs/db';
import {
  deliverDue,
  grantToken,
  ingestEvidence,
  promoteVersion,
  reconcileRollout,
  revokeToken,
  rollBack,
  setEnvironment,
  lockModelAmong,
  requireModel,
  startRollout,
  subscribe,
  sweepOnce,
  takeFeedback,
  takeTrip,
  unsubscribe,
  actOnRollout,
  type EvidenceEntry,
  type Feedback,
  type SampleRecord,
  type UnitOfWork,
} from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { secretBox } from '#libs/secrets';
import { deployed, reconcilePorts, register, tally } from './builders.ts';
import { deadlocksOf, freshDatabase, onServer } from './databases/database.ts';

const POLICY = {
  name: 'busy',
  steps: [
    { canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1h' } },
    { bake: { duration: '1h' } },
  ],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.9, segments: { header: 'x-country', most: 4 } },
    { metric: 'feedback.click', maxDecrease: 0.9 },
  ],
  samples: { keep: 3 },
};
const ADMIN = { actor: 'test', authority: 'admin' } as const;
const EVERYTHING = { name: 'test', models: null, mayQuery: true, mayAskUrls: true, uploader: null };
const word = { reason: 'because', actor: 'test' };

/** What one caller of the database does, for the n-th time. It may be refused by the rules, and by nothing else. */
export type Job = (n: number) => Promise<unknown>;

/**
 * Some models with a rollout each whose first step has just begun, and everything that writes to them: what gateways, callers,
 * workers and people do at once. One database of its own, on which PostgreSQL looks for deadlocks early and often.
 */
export async function startBusyModels(many: number) {
  const database = await freshDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await onServer(`ALTER DATABASE ${name} SET deadlock_timeout = '20ms'`);
  const sources = [await openDataSource(database.url, 12), await openDataSource(database.url, 12)] as const;
  const box = secretBox([Buffer.alloc(32, 7)]);
  const uows = sources.map((source) => typeOrmUnitOfWork(source, box));
  const uowOf = (n: number): UnitOfWork => uows[n % 2] as UnitOfWork;
  const uow = uowOf(0);
  const models = Array.from({ length: many }, (_, i) => `busy-${i}`);
  const rollouts = new Map<string, string>();
  for (const model of models) {
    const first = await register(uow, model, { rollout: { policy: POLICY } });
    await deployed(uow, first);
    await reconcileRollout(reconcilePorts(uow), first.rollout!.id);
    const second = await register(uow, model, { rollout: { policy: POLICY } });
    await deployed(uow, second);
    rollouts.set(model, second.rollout!.id);
    await reconcileRollout(reconcilePorts(uow), second.rollout!.id);
  }
  const live = [...rollouts.values()];
  let sequence = 0;

  /** Gateways name rollouts in whatever order requests came: each in another one. */
  const turned = <T>(list: readonly T[], n: number): T[] => {
    const from = n % list.length;
    const all = [...list.slice(from), ...list.slice(0, from)];
    return n % 2 === 0 ? all : all.reverse();
  };
  const entries = (n: number): EvidenceEntry[] =>
    turned(live, n).flatMap((rolloutId) =>
      (['primary', 'candidate'] as const).flatMap((arm) => [
        { rolloutId, revision: 2, arm, tally: tally(2) },
        { rolloutId, revision: 2, arm, segment: `error_rate=${'abcd'[n % 4] ?? 'a'}`, tally: tally(1) },
      ]),
    );
  const sample = (rolloutId: string): SampleRecord => ({
    ...{ rolloutId, revision: 2, requestId: randomUUID(), request: '', badness: 1 + (sequence % 7) },
    primary: { status: 200, body: '' },
    candidate: { status: 200, body: '' },
  });
  const evidence =
    (gateway: string): Job =>
    (n) =>
      ingestEvidence(uowOf(n), {
        ...{ gateway, boot: 'one', sequence: ++sequence },
        acknowledged: turned(models, n).map((model) => ({ model, revision: 2 })),
        entries: entries(n),
        served: turned(live, n).map((rolloutId, i) => ({
          ...{ requestId: `${gateway}-${n}-${i}`, model: models[i] ?? 'm', rolloutId },
          ...{ revision: 2, arm: 'primary' as const, segments: [] },
        })),
        samples: turned(live, n).map(sample),
        textPairs: turned(live, n).map((rolloutId) => ({
          ...{ rolloutId, revision: 2, requestId: randomUUID(), request: 'a' },
          ...{ primary: 'b', candidate: 'c', identical: false },
        })),
      });
  const click = (rolloutId: string, model: string): Feedback => ({
    ...{ model, metric: 'click', value: 1, at: null, id: randomUUID() },
    by: {
      kind: 'receipt',
      requestId: randomUUID(),
      served: { rolloutId, revision: 2, arm: 'candidate', segments: [] },
    },
  });
  const modelOf = (n: number): string => models[n % many] ?? 'busy-0';
  const rolloutOf = (n: number): string => live[n % many] ?? '';
  const subscribed: string[] = [];
  const addSubscription = async (): Promise<void> => {
    const made = await uow.run((stores) =>
      subscribe(
        stores,
        {
          ...{ name: 'all', url: 'https://example.com/', format: 'cloudevents', secret: 'secret' },
          ...{ events: ['*'], models: null },
        },
        'test',
      ),
    );
    subscribed.push(made.id);
  };
  const answers = [200, 410, 500, 404];
  const jobs = {
    'evidence of one gateway': evidence('gateway-1'),
    'evidence of another': evidence('gateway-2'),
    'evidence of a third': evidence('gateway-3'),
    feedback: (n) =>
      takeFeedback(
        uowOf(n),
        turned(live, n).map((id) => click(id, modelOf(n))),
      ),
    'more feedback': (n) =>
      takeFeedback(
        uowOf(n + 1),
        turned(live, n + 1).map((id) => click(id, modelOf(n))),
      ),
    'the sweep of one worker': (n) => sweepOnce(uowOf(n), 100, 0),
    'the sweep of another': (n) => sweepOnce(uowOf(n + 1), 100, 0),
    tidying: () => uow.run((stores) => stores.agenda.tidy()),
    decisions: (n) => reconcileRollout(reconcilePorts(uowOf(n)), rolloutOf(n)),
    'pauses and resumes': (n) =>
      uowOf(n).run((stores) =>
        actOnRollout(stores, rolloutOf(n), { ...word, ...ADMIN, action: n % 2 ? 'pause' : 'resume' }),
      ),
    rollbacks: (n) => uowOf(n).run((stores) => rollBack(stores, modelOf(n), null, { ...word, from: 99 })),
    promotions: (n) => uowOf(n).run((stores) => promoteVersion(stores, modelOf(n), 1, word)),
    releases: (n) =>
      uowOf(n).run((stores) => startRollout(stores, modelOf(n), { ...ADMIN, version: 2, policy: POLICY })),
    trips: (n) =>
      takeTrip(
        uowOf(n),
        { gateway: 'gateway-1', boot: 'one' },
        {
          ...{ model: modelOf(n), rolloutId: rolloutOf(n), version: 2, number: n },
          ...{ failures: 8, of: 10, inARow: 1, primaryFailures: 0, primaryOf: 10, pauseMs: 1 },
        },
      ),
    environments: (n) => chain(uowOf(n), modelOf(0), n % 2 === 0 ? modelOf(1) : null),
    'environments, the other way round': (n) => chain(uowOf(n), modelOf(1), n % 2 === 0 ? modelOf(0) : null),
    tokens: async (n) => {
      const grant = { name: 't', scopes: ['read'] as const, models: null, owner: null, expiresAt: null };
      const { id } = await uowOf(n).run((stores) => grantToken(stores, grant, 'test'));
      await uowOf(n + 1).run((stores) => revokeToken(stores, id, 'test'));
    },
    subscriptions: async (n) => {
      await addSubscription();
      const old = subscribed.length > 2 ? subscribed.shift() : undefined;
      if (old !== undefined) await uowOf(n).run((stores) => unsubscribe(stores, old, 'test'));
    },
    deliveries: async (n) => {
      let at = n;
      const post = async () => ({ status: answers[at++ % answers.length] ?? 200, retryAfterMs: null });
      const ports = { uow: uowOf(n), sender: { post }, publicUrl: null };
      await deliverDue(ports, await uow.read((stores) => stores.now()), Math.random);
    },
    'deliveries sent again': async (n) => {
      const id = subscribed[n % subscribed.length];
      if (id !== undefined) await uowOf(n).run((stores) => stores.subscriptions.replay(id, null));
    },
    retention: async (n) => {
      const store = retentionStore(sources[n % 2] ?? sources[0]);
      for (const what of ['outgoing_dead', 'silent_gateway', 'judge_answer'] as const)
        await store.forget(what, await store.now(), 100);
    },
  } satisfies Record<string, Job>;
  return {
    uow,
    uowOf,
    models,
    jobs,
    addSubscription,
    /** Ends the connections and says how often PostgreSQL found a deadlock; then the database is gone. */
    async close(): Promise<number> {
      for (const source of sources) await source.destroy();
      const deadlocks = await deadlocksOf(name);
      await database.drop();
      return deadlocks;
    },
  };
}

const chain = (uow: UnitOfWork, model: string, after: string | null): Promise<unknown> =>
  uow.run(async (stores) => {
    await lockModelAmong(stores, model, after === null ? [] : [after]);
    const environment = { name: 'prod', after };
    await setEnvironment(stores, await requireModel(stores, model), environment, {
      ...ADMIN,
      reach: EVERYTHING,
    });
  });

/** So often a job may find no connection of its pool free for seconds: the machine is slow then, and its caller would ask again. */
const MOST_WAITS = 20;
const isPoolBusy = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';

/** Runs every job so often at once; what the rules refuse is no failure. */
export async function runAtOnce(jobs: readonly Job[], rounds: number): Promise<void> {
  await Promise.all(
    jobs.map(async (job) => {
      for (let n = 0, waited = 0; n < rounds; n++)
        await job(n).catch((error: unknown) => {
          if (error instanceof DomainError) return;
          if (!isPoolBusy(error) || ++waited > MOST_WAITS) throw error;
          n--;
        });
    }),
  );
}
