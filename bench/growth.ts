import { Agent } from 'undici';
import pg from 'pg';
import { openDataSource, retentionStore, typeOrmUnitOfWork } from '#libs/db';
import { DEFAULT_RETENTION, forgetOld, reconcileRollout, type UnitOfWork } from '#libs/engine';
import { startApi, type TestApi } from '../test/support/api.ts';
import { deployed, FakeGateway, reconcilePorts, register, tally } from '../test/support/builders.ts';
import { startProcess } from '../test/support/processes.ts';
import { startBenchDatabase } from './database.ts';
import { type Figure, percentile, printFigures } from './figure.ts';
import { type Known, MAIN_CALLS } from './growth/calls.ts';
import { fillYears, FULL, partOf, type Size } from '../test/support/statements/years-of-use.ts';

/**
 * `npm run bench -- growth [share] [--full]`: an installation that has gathered a share (0.1) of 5,000 models, 500,000 versions,
 * 50,000 ended rollouts and 20 million events, against one with a hundredth of that, in turns.
 */
const isFull = process.argv.includes('--full');
const SHARE = isFull ? 1 : Number(process.argv[3] ?? 0.1);
const ROUNDS = 5;
const CALLS = 100;
const DECISIONS = 40;
const TARGET = 1.5;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const agent = new Agent({ connections: 1 });
const median = (values: readonly number[]): number => percentile(values, 0.5);

interface Site {
  readonly api: TestApi;
  readonly known: Known;
  readonly token: string;
  readonly uow: UnitOfWork;
  readonly live: string;
  readonly tidy: () => Promise<void>;
  readonly bytes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

const postgres = await startBenchDatabase();
try {
  const large = partOf(FULL, SHARE);
  const [few, many] = [await startSite(partOf(large, 0.01)), await startSite(large)];
  try {
    const bytes = [await few.bytes(), await many.bytes()].map((n) => `${(n / 1e6).toFixed(0)} MB`);
    say(`  databases of ${bytes.join(' and ')}`);
    const figures = await measure(few, many);
    printFigures(figures, say);
  } finally {
    await few.close();
    await many.close();
  }
} finally {
  await postgres.destroy();
}

async function startSite(size: Size): Promise<Site> {
  const { models, versions, rollouts, events } = size;
  say(`  ${models} models, ${versions} versions, ${rollouts} ended rollouts, ${events} events …`);
  const api = await startApi({ RATE_LIMIT: '0' });
  const startedAt = performance.now();
  await fillYears(api.databaseUrl, size, say);
  say(`    filled in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  const dataSource = await openDataSource(api.databaseUrl, 4);
  const uow = typeOrmUnitOfWork(dataSource);
  const live = await liveRollout(uow);
  const ended = await query(
    api.databaseUrl,
    'SELECT id FROM rollout WHERE ended_at IS NOT NULL ORDER BY id LIMIT 500',
  );
  const store = retentionStore(dataSource);
  return {
    ...{ api, uow, live, token: await api.token('publish', 'read') },
    known: { size, rollouts: ended.map((row) => String(row['id'])) },
    tidy: async () => {
      await uow.run((stores) => stores.agenda.tidy());
      await forgetOld(store, DEFAULT_RETENTION, await store.now());
    },
    bytes: async () =>
      Number((await query(api.databaseUrl, 'SELECT pg_database_size(current_database()) AS n'))[0]?.['n']),
    close: async () => {
      await dataSource.destroy();
      await api.close();
    },
  };
}

/** A canary that holds, with evidence of both arms. */
async function liveRollout(uow: UnitOfWork): Promise<string> {
  const steps = [{ canary: { weight: '10%', minRequests: 1_000_000, maxDuration: '30d' } }];
  const gates = [{ metric: 'error_rate', maxIncrease: 0.01 }];
  const policy = { name: 'long canary', steps, gates };
  const first = await register(uow, 'live', { rollout: { policy } });
  await deployed(uow, first);
  await reconcileRollout(reconcilePorts(uow), first.rollout?.id ?? '');
  const second = await register(uow, 'live', { rollout: { policy } });
  await deployed(uow, second);
  const id = second.rollout?.id ?? '';
  await reconcileRollout(reconcilePorts(uow), id);
  const gateway = new FakeGateway(uow);
  await gateway.acknowledge('live');
  await gateway.post('live', id, { primary: tally(1_000), candidate: tally(1_000) });
  return id;
}

/** Each of both in turn, so that what the machine does besides strikes both. */
async function measure(few: Site, many: Site): Promise<Figure[]> {
  const figures: Figure[] = [];
  let n = 0;
  for (const [name, next] of MAIN_CALLS) {
    const ask = (site: Site) => p99Of(site, () => next(site.known, n++));
    figures.push(
      await inTurns(
        `${name} p99`,
        () => ask(few),
        () => ask(many),
      ),
    );
  }
  const decide = async (site: Site): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < DECISIONS; i++)
      times.push(await timeOf(() => reconcileRollout(reconcilePorts(site.uow), site.live)));
    return median(times);
  };
  figures.push(
    await inTurns(
      'decision',
      () => decide(few),
      () => decide(many),
    ),
  );
  figures.push(
    await inTurns(
      'tidying, nothing to do',
      () => timeOf(few.tidy),
      () => timeOf(many.tidy),
    ),
  );
  figures.push(
    await inTurns(
      'the dashboard’s first data',
      () => timeOf(() => overview(few)),
      () => timeOf(() => overview(many)),
    ),
  );
  for (const process of ['api', 'worker'] as const)
    figures.push(
      await inTurns(
        `start-up of ${process}`,
        () => startUp(few, process),
        () => startUp(many, process),
        3,
      ),
    );
  return figures;
}

/** The median of the ratios of rounds, after one that does not count. */
async function inTurns(
  name: string,
  few: () => Promise<number>,
  many: () => Promise<number>,
  rounds = ROUNDS,
): Promise<Figure> {
  const seen: { few: number; many: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const one = { few: await few(), many: await many() };
    if (round > 0) seen.push(one);
  }
  const value = median(seen.map((one) => one.many / one.few));
  const ms = [median(seen.map((one) => one.few)), median(seen.map((one) => one.many))];
  const note = `${ms.map((one) => one.toFixed(1)).join(' ms and ')} ms`;
  say(`  ${name.padEnd(24)} ${value.toFixed(2)}  ${note}`);
  return {
    ...{ bench: 'growth', figure: name, value, unit: 'ratio', target: TARGET, holds: value <= TARGET },
    ...{ runs: rounds, note },
  };
}

/** What the dashboard asks before its first screen has its content: all models and all live rollouts, each list page by page. */
async function overview({ api, token }: Site): Promise<void> {
  const pages = async (list: string): Promise<void> => {
    for (let next: string | null = ''; next !== null;) {
      const { body, status } = await api.call('GET', `${list}pageSize=200${next}`, undefined, token);
      if (status !== 200) throw new Error(`${list}: ${status}`);
      const pageToken = body['nextPageToken'] as string | null;
      next = pageToken === null ? null : `&pageToken=${encodeURIComponent(pageToken)}`;
    }
  };
  await Promise.all([pages('/models?'), pages('/rollouts?live=true&')]);
}

/** Calls one after the other. @throws Error at an answer that is no success */
async function p99Of(
  { api, token }: Site,
  next: () => ReturnType<(typeof MAIN_CALLS)[number][1]>,
): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const { method, path, body } = next();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    times.push(
      await timeOf(async () => {
        const sent = body === undefined ? {} : { body };
        const answer = await agent.request({ origin: api.url, method, path, headers, ...sent });
        const text = await answer.body.text();
        if (answer.statusCode >= 300)
          throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
      }),
    );
  }
  return percentile(times, 0.99);
}

/** From its start until it is ready. */
async function startUp({ api }: Site, which: 'api' | 'worker'): Promise<number> {
  const env = { DATABASE_URL: api.databaseUrl, [`${which.toUpperCase()}_PORT`]: '0' };
  let started: Awaited<ReturnType<typeof startProcess>> | null = null;
  const took = await timeOf(async () => {
    started = await startProcess(`apps/${which}/src/main.js`, env);
  });
  await (started as Awaited<ReturnType<typeof startProcess>> | null)?.kill('SIGTERM');
  return took;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
