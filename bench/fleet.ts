import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Agent } from 'undici';
import { startApi, type TestApi } from '../test/support/api.ts';
import { eventually } from '../test/support/installation.ts';
import { cpuSeconds } from './cpu-time.ts';
import { startBenchDatabase } from './database.ts';
import { type Figure, percentile, printFigures } from './figure.ts';
import { LightGateway, type Tried } from './fleet/light-gateway.ts';
import { makeRollouts } from './live/make-rollouts.ts';

/**
 * `npm run bench -- fleet [gateways models] [--full]`: gateways that speak the protocol and serve nobody (20), times models in a canary
 * (500), on one api and one PostgreSQL. How soon is a change of a route with the last of them, and how much evidence is taken in?
 */
const isFull = process.argv.includes('--full');
const GATEWAYS = isFull ? 100 : Number(process.argv[3] ?? 20);
const MODELS = isFull ? 2_000 : Number(process.argv[4] ?? 500);
const CHANGES = isFull ? 100 : 40;
const SECONDS = isFull ? 60 : 20;
/** As often as gateways of ours post. */
const POST_EVERY_MS = 500;
const ROLLOUTS_OF_BATCH = 10;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const postgres = await startBenchDatabase();
try {
  const api = await startApi({ RATE_LIMIT: '0' });
  const agent = new Agent({ connections: 4 * GATEWAYS, headersTimeout: 60_000 });
  try {
    printFigures(await measure(api, agent), say);
  } catch (error) {
    // Before what is under way fails for the end.
    process.exitCode = 1;
    say(String((error as Error).stack));
  } finally {
    await agent.destroy();
    await api.close();
  }
} finally {
  await postgres.destroy();
}

async function measure(api: TestApi, agent: Agent): Promise<Figure[]> {
  say(`${GATEWAYS} gateways, ${MODELS} models in a canary; load ${loadavg()[0]?.toFixed(1)} before`);
  const all = await fill(api.databaseUrl);
  // Their rollouts go on; those of the others are ended.
  const tried = all.slice(2 * CHANGES);
  const toEnd = all.slice(0, 2 * CHANGES);
  const token = await api.token('gateway');
  const gateways = Array.from(
    { length: GATEWAYS },
    (_, n) => new LightGateway({ url: api.url, token }, `light-${n}`, agent),
  );
  const ended: string[] = [];
  const streams = gateways.map((gateway) =>
    gateway.follow().catch((error: unknown) => ended.push(String(error))),
  );
  await eventually(
    () => Promise.resolve(gateways.every(({ revisions }) => revisions.size === MODELS)),
    (all) => all,
    120_000,
  );
  say(`  everybody has all routes; ${CHANGES} changes, nobody posts …`);
  const quiet = await changes(api, gateways, toEnd);
  say(`  ${SECONDS} s of evidence, each gateway every ${POST_EVERY_MS} ms, and changes meanwhile …`);
  const posts = new Map<number, number>();
  let stopped = false;
  const before = used(api);
  const startedAt = performance.now();
  const posting = gateways.map(async (gateway, n) => {
    await sleep((n * POST_EVERY_MS) / GATEWAYS);
    for (let turn = n; !stopped; turn++) {
      const at = performance.now();
      const from = (turn * ROLLOUTS_OF_BATCH) % tried.length;
      const status = await gateway.post(tried.slice(from, from + ROLLOUTS_OF_BATCH));
      posts.set(status, (posts.get(status) ?? 0) + 1);
      await sleep(Math.max(0, POST_EVERY_MS - (performance.now() - at)));
    }
  });
  const busy = changes(api, gateways, toEnd);
  await sleep(SECONDS * 1_000);
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = used(api);
  stopped = true;
  const [, meanwhile] = await Promise.all([Promise.all(posting), busy]);
  for (const gateway of gateways) gateway.stop();
  await Promise.all(streams);
  if (ended.length > 0) say(`  streams that ended by themselves: ${ended.length}, such as ${ended[0]}`);
  return figures({
    quiet,
    meanwhile,
    posts,
    seconds,
    cores: after.map((now, i) => (now - (before[i] ?? 0)) / seconds),
  });
}

/** Processor time of api, PostgreSQL and this process, in seconds. */
function used(api: TestApi): number[] {
  const own = process.cpuUsage();
  return [cpuSeconds(api.process.child.pid ?? 0), cpuSeconds(postgres.pid), (own.user + own.system) / 1e6];
}

/** A rollout of a model. */
interface Ended extends Tried {
  readonly model: string;
}

interface Changes {
  /** Milliseconds from the request to each gateway. */
  readonly pushes: readonly number[];
  readonly failed: number;
}

/** A candidate is taken off its callers, one model after the other, each until the last gateway has it; one that is refused is counted. */
async function changes(api: TestApi, gateways: readonly LightGateway[], toEnd: Ended[]): Promise<Changes> {
  const pushes: number[] = [];
  let failed = 0;
  for (let n = 0; n < CHANGES; n++) {
    const { model, rolloutId } = toEnd.pop() as Ended;
    const next = (gateways[0]?.revisions.get(model) ?? 0) + 1;
    const told = gateways.map((gateway) => gateway.told(model, next));
    const at = performance.now();
    const { status } = await api.call('POST', `/rollouts/${rolloutId}/abort`, { reason: 'bench' });
    if (status >= 300) failed++;
    else pushes.push(...(await Promise.all(told)).map((when) => when - at));
    await sleep((n * 37) % 100);
  }
  return { pushes, failed };
}

async function fill(url: string): Promise<readonly Ended[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await makeRollouts(
      async <T>(sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as T[],
      MODELS,
    );
    const { rows } = await client.query<Ended>(
      'SELECT r.rollout_id AS "rolloutId", r.revision, m.name AS model FROM route r JOIN model m ON m.id = r.model_id ORDER BY r.model_id',
    );
    return rows;
  } finally {
    await client.end();
  }
}

interface Measured {
  readonly quiet: Changes;
  readonly meanwhile: Changes;
  readonly posts: ReadonlyMap<number, number>;
  readonly seconds: number;
  /** Of api, PostgreSQL and the gateways. */
  readonly cores: readonly number[];
}

function figures({ quiet, meanwhile, posts, seconds, cores }: Measured): Figure[] {
  const note = `${GATEWAYS} gateways, ${MODELS} models; load ${loadavg()[0]?.toFixed(1)}`;
  const one = (figure: string, value: number, unit: string, more = ''): Figure => ({
    ...{ bench: 'fleet', figure, value, unit, target: null, holds: null, runs: 1, note: `${note}${more}` },
  });
  const taken = posts.get(200) ?? 0;
  const other = [...posts].filter(([status]) => status !== 200).map(([status, n]) => `${n} × ${status}`);
  const failed = other.length === 0 ? '; none failed' : `; not taken: ${other.join(', ')}`;
  const pushed = (which: Changes): string => `; ${which.failed} of ${CHANGES} changes refused`;
  return [
    one('push_p50_ms', percentile(quiet.pushes, 0.5), 'ms', pushed(quiet)),
    one('push_p99_ms', percentile(quiet.pushes, 0.99), 'ms', '; from the request to each gateway'),
    one('push_p99_with_evidence_ms', percentile(meanwhile.pushes, 0.99), 'ms', pushed(meanwhile)),
    one('evidence_batches_per_second', taken / seconds, '1/s', failed),
    one('evidence_entries_per_second', (taken * 2 * ROLLOUTS_OF_BATCH) / seconds, '1/s'),
    one('api_cores', cores[0] ?? 0, 'cores', '; with evidence'),
    one('postgres_cores', cores[1] ?? 0, 'cores', '; with evidence'),
    one('gateways_cores', cores[2] ?? 0, 'cores', '; all of them, one process'),
  ];
}
