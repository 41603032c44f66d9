import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startApi } from '../test/support/api.ts';
import { installMlflow, startMlflow } from '../examples/mlflow/tracking-server.ts';
import { startBenchDatabase } from './database.ts';
import { type Figure, percentile, printFigures } from './figure.ts';
import { call, type Call, throughput } from './registry/calls.ts';
import { fillMlflow, fillUnderstudy } from './registry/fill.ts';

/** `npm run bench -- registry [versions] [large] [seconds] [rounds]` */
/** Nobody is held back: the other server limits nobody either. */
const UNLIMITED = { RATE_LIMIT: '0' };
const VERSIONS = Number(process.argv[3] ?? 100_000);
const LARGE = Number(process.argv[4] ?? 1_000_000);
const SECONDS = Number(process.argv[5] ?? 2);
const ROUNDS = Number(process.argv[6] ?? 3);
const SMALL = 10_000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The same calls for both; [name, aim at 16 at once, what is called for the n-th time]. */
const CALLS: readonly (readonly [name: string, aim: number, next: (n: number) => Call])[] = [
  [
    'create',
    10,
    (n) => call('POST', 'model-versions/create', { name: `model ${n % 1_000}`, source: `s3://b/${n}` }),
  ],
  [
    'get',
    20,
    (n) => call('GET', 'model-versions/get', { name: `model ${n % 1_000}`, version: String(1 + (n % 10)) }),
  ],
  [
    'get_by_alias',
    20,
    (n) => call('GET', 'registered-models/alias', { name: `model ${n % 1_000}`, alias: 'champion' }),
  ],
  [
    'set_tag',
    10,
    (n) =>
      call('POST', 'model-versions/set-tag', {
        name: `model ${n % 1_000}`,
        version: '1',
        key: 'k',
        value: `${n}`,
      }),
  ],
  [
    'search',
    20,
    (n) => call('GET', 'model-versions/search', { filter: `name = 'model ${n % 1_000}'`, max_results: '20' }),
  ],
  [
    'search_by_tag',
    20,
    (n) =>
      call('GET', 'model-versions/search', { filter: `tags.batch = 'b${n % 5_000}'`, max_results: '20' }),
  ],
];
const figures: Figure[] = [];

const python = installMlflow(say);
const folder = await mkdtemp(path.join(tmpdir(), 'understudy-registry-'));
const postgres = await startBenchDatabase();
const database = async (name: string): Promise<string> => {
  await query(postgres.url, `CREATE DATABASE ${name}`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
};
try {
  say(`fsync ${(await query(postgres.url, 'SHOW fsync'))[0]?.['fsync'] as string}`);
  await againstMlflow();
  await againstSize();
  printFigures(figures, say);
} finally {
  await postgres.destroy();
  await rm(folder, { recursive: true, force: true });
}

async function againstMlflow(): Promise<void> {
  const store = await database('mlflow');
  const theirs = await startMlflow(python, store.replace(/^postgres:/, 'postgresql+psycopg2:'), folder);
  const ours = await startApi(UNLIMITED);
  try {
    await fillMlflow(store, VERSIONS);
    await fillUnderstudy(ours.databaseUrl, VERSIONS);
    const token = await ours.token('publish', 'read');
    say(
      `\n${VERSIONS} versions of 1,000 models, one PostgreSQL; ${ROUNDS} rounds of ${SECONDS} s, taking turns; calls a second`,
    );
    let n = 0;
    for (const [name, aim, next] of CALLS) {
      for (const atOnce of [1, 16]) {
        const seen: { ours: number; theirs: number }[] = [];
        // A round that does not count: connections, caches and compilers.
        for (let round = 0; round <= ROUNDS; round++) {
          const seconds = round === 0 ? 1 : SECONDS;
          const mine = await throughput(ours.url, token, () => next(n++), atOnce, seconds);
          const other = await throughput(theirs.url, null, () => next(n++), atOnce, seconds);
          if (round > 0) seen.push({ ours: mine, theirs: other });
        }
        const [mine, other] = [median(seen.map((one) => one.ours)), median(seen.map((one) => one.theirs))];
        const ratio = median(seen.map((one) => one.ours / one.theirs));
        say(
          `  ${name.padEnd(14)} ${String(atOnce).padStart(2)} at once  ours ${mine.toFixed(0).padStart(6)}   mlflow ${other.toFixed(0).padStart(5)}   ${ratio.toFixed(1)} times`,
        );
        figures.push({
          ...{
            bench: 'registry',
            figure: `${name}_ratio_mlflow${atOnce === 1 ? '_one_at_once' : ''}`,
            value: ratio,
          },
          ...{
            unit: 'ratio',
            target: atOnce === 1 ? null : aim,
            holds: atOnce === 1 ? null : ratio >= aim,
            runs: ROUNDS,
          },
          note: `${atOnce} at once, ${VERSIONS} versions`,
        });
      }
    }
  } finally {
    await ours.close();
    await theirs.stop();
  }
}

/** Our own search and lists, with few versions and with many. */
async function againstSize(): Promise<void> {
  const [few, many] = [await startApi(UNLIMITED), await startApi(UNLIMITED)];
  try {
    await fillUnderstudy(few.databaseUrl, SMALL);
    await fillUnderstudy(many.databaseUrl, LARGE);
    const tokens = [await few.token('read'), await many.token('read')] as const;
    say(`\nours with ${SMALL} and with ${LARGE} versions; calls a second, one at once`);
    const looks: readonly (readonly [name: string, next: (n: number) => Call])[] = [
      ...CALLS.filter(([name]) => name.startsWith('search')).map(([name, , next]) => [name, next] as const),
      ['list', (n) => ({ method: 'GET', path: `/api/v1/models/model%20${n % 1_000}/versions?pageSize=20` })],
    ];
    let n = 0;
    for (const [name, next] of looks) {
      const ratios: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        const small = await throughput(few.url, tokens[0], () => next(n++), 1, SECONDS);
        const large = await throughput(many.url, tokens[1], () => next(n++), 1, SECONDS);
        if (round > 0) ratios.push(small / large);
        if (round === ROUNDS)
          say(`  ${name.padEnd(14)} ${small.toFixed(0).padStart(6)} and ${large.toFixed(0).padStart(6)}`);
      }
      const value = median(ratios);
      const figure = name === 'search' ? 'search_scale_1m_over_10k' : `${name}_scale_1m_over_10k`;
      const [target, holds] = [2, value <= 2];
      figures.push({
        ...{ bench: 'registry', figure, value, unit: 'ratio', target, holds, runs: ROUNDS },
        note: 'time with many over time with few',
      });
    }
  } finally {
    await few.close();
    await many.close();
  }
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
