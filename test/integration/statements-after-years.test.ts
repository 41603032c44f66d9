import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { GROWTH } from '#libs/engine';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { tally } from '../support/builders.ts';
import { eventually } from '../support/installation.ts';
import { startModelServer } from '../support/model-servers/model-server.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';
import { fillTheRest } from '../support/statements/fill-the-rest.ts';
import type { SentStatement } from '../support/statements/record-statements.ts';
import { type TableRead, tableReads } from '../support/statements/rows-read.ts';
import { fillYears } from '../support/statements/years-of-use.ts';

/** Few models with much of everything: what is read in proportion to a model's history shows as well as what is to all of it. */
const SIZE = { models: 10, versions: 15_000, rollouts: 5_000, events: 60_000 };
const ROWS = 6_000;
/** A page and what belongs to it, some times over. */
const MOST_READ = 1_000;
const folder = mkdtempSync(path.join(tmpdir(), 'understudy-statements-'));
const file = path.join(folder, 'statements.jsonl');
const ENV = { RATE_LIMIT: '0', STATEMENTS_FILE: file, OUTBOUND_ALLOW: '127.0.0.0/8' };

let server: Awaited<ReturnType<typeof startModelServer>>;
let api: TestApi;
let worker: TestProcess;
let client: pg.Client;
beforeAll(async () => {
  server = await startModelServer((_request, _body, response) => response.end('{}'));
  api = await startApi(ENV);
  await fillYears(api.databaseUrl, SIZE, () => undefined, server.url);
  await fillTheRest(api.databaseUrl, ROWS);
  client = new pg.Client({ connectionString: api.databaseUrl });
  await client.connect();
  worker = await startProcess('apps/worker/src/main.js', {
    ...ENV,
    WORKER_PORT: '0',
    DATABASE_URL: api.databaseUrl,
  });
}, 120_000);
afterAll(async () => {
  await worker.kill('SIGTERM');
  await client.end();
  await api.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Statements that may read more: which, and why. */
const MAY_READ_MORE: readonly (readonly [begins: RegExp, why: string])[] = [
  [/^SELECT "TokenEntity".* ORDER BY "TokenEntity"."sequence" ASC$/, 'the list of tokens has no pages'],
  [/^SELECT DISTINCT actor AS hand FROM event WHERE type IN/, 'who made a token: when a person approves'],
  [/^SELECT DISTINCT hand FROM event, LATERAL/, 'under which names they logged in: when a person approves'],
];

it('no statement reads in proportion to what years have gathered', async () => {
  await askEverything();
  await releaseAndRollBack();
  await sleep(6_000); // the worker's loops each have their turn
  const worst = new Map<string, { rows: number; reads: readonly TableRead[] }>();
  let notAgain = 0;
  for (const statement of statements()) {
    const reads = await tableReads(client, statement);
    if (reads === null) notAgain++;
    const grown = (reads ?? []).filter(({ table }) => table in GROWTH);
    const rows = grown.reduce((sum, read) => sum + read.rows, 0);
    const text = short(statement.text);
    if (rows > (worst.get(text)?.rows ?? MOST_READ)) worst.set(text, { rows, reads: grown });
  }
  const texts = new Set(statements().map(({ text }) => text));
  const beyond = [...worst]
    .filter(([text]) => !MAY_READ_MORE.some(([begins]) => begins.test(text)))
    .map(([text, { rows, reads }]) => `${rows} rows: ${text}\n    ${shown(reads)}`);
  expect(beyond).toEqual([]);
  // It has seen what it is to see.
  expect(texts.size).toBeGreaterThan(150);
  expect(notAgain).toBeLessThan(texts.size / 4);
}, 240_000);

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 400 ? line : `${line.slice(0, 150)} … ${line.slice(-250)}`;
}
const shown = (reads: readonly TableRead[]): string =>
  reads
    .filter(({ rows }) => rows > MOST_READ / 10)
    .map(({ table, how, rows }) => `${table}: ${how}, ${rows}`)
    .join('; ');

/** Of each text the first values and some later ones. */
function statements(): readonly SentStatement[] {
  const byText = new Map<string, SentStatement[]>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const one = JSON.parse(line) as SentStatement;
    const same = byText.get(one.text);
    if (!same) byText.set(one.text, [one]);
    else if (same.length < 4) same.push(one);
  }
  return [...byText.values()].flat();
}

/** Each GET of the api, its later pages too. */
async function askEverything(): Promise<void> {
  const document = (await api.call('GET', '/api/openapi.json')).body;
  const ids: Record<string, string> = {
    rollouts: await idOf(`SELECT id FROM rollout WHERE model_id = md5('model 0')::uuid LIMIT 1`),
    'release-groups': await idOf(`SELECT id FROM release_group LIMIT 1`),
    subscriptions: await idOf(`SELECT id FROM subscription LIMIT 1`),
  };
  const paths = Object.entries(document['paths'] as Record<string, Record<string, unknown>>)
    .filter(([, methods]) => 'get' in methods)
    .map(([name]) => name)
    .filter((name) => !/stream|gateway\/routes|auth\/|artifacts/.test(name));
  for (const name of paths) {
    const filled = name
      .replace('{model}', 'model-0')
      .replace('{version}', '7')
      .replace('{alias}', 'champion')
      .replace('{id}', ids[name.split('/')[3] ?? ''] ?? '');
    for (const query of QUERIES[name] ?? ['']) await askPages(filled, query);
  }
}

const MLFLOW = '/api/2.0/mlflow';
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  [`${MLFLOW}/model-versions/get`]: ['name=model-0&version=7'],
  [`${MLFLOW}/model-versions/get-download-uri`]: ['name=model-0&version=7'],
  [`${MLFLOW}/model-versions/search`]: ['', `filter=name%3D'model-0'`, `filter=run_id%3D'x'`],
  [`${MLFLOW}/registered-models/get`]: ['name=model-0'],
  [`${MLFLOW}/registered-models/alias`]: ['name=model-0&alias=champion'],
  '/api/v1/models/{model}/resolve': ['unit=somebody'],
  '/api/v1/rollouts': ['', 'live=true', 'ended=true'],
  '/api/v1/models/{model}/rollouts': ['', 'version=7'],
  '/api/v1/models/{model}/primaries': ['', 'version=7'],
  '/api/v1/release-groups': ['', 'live=true'],
  '/api/v1/models/{model}/versions/{version}/compatibility': ['with=8'],
};

async function askPages(name: string, query: string): Promise<void> {
  const isMlflow = name.startsWith(MLFLOW);
  let token: string | null = null;
  for (let page = 0; page < 3; page++) {
    const size = isMlflow ? 'max_results=20' : 'pageSize=20';
    const next =
      token === null ? '' : `${isMlflow ? 'page_token' : 'pageToken'}=${encodeURIComponent(token)}`;
    const isList = token !== null || !/alias$|get|resolve|lineage/.test(name);
    const asked = [query, isList ? size : '', next].filter((part) => part !== '').join('&');
    const { body } = await api.call('GET', `${name}?${asked}`).catch(() => ({ body: null }));
    token = (body?.['nextPageToken'] ?? body?.['next_page_token'] ?? null) as string | null;
    if (token === null || token === '') return;
  }
}

/** What a release does from its registration to its end, with evidence, feedback, and what people may do. */
async function releaseAndRollBack(): Promise<void> {
  const served = { servingUrl: server.url };
  const steps = [{ canary: { weight: '10%', minRequests: 1_000, maxDuration: '1h' } }, { approval: {} }];
  const gates = [{ metric: 'error_rate', maxIncrease: 0.1 }];
  const policy = { name: 'four eyes', fourEyes: true, promoteWhen: 'notFailed', steps, gates };
  const gateway = await api.token('gateway');
  const registered = await post('/models/model-0/versions', { ...served, rollout: { policy } });
  const id = registered['rollout'].id as string;
  await reaches(id, ({ state }) => state === 'running');
  for (let sequence = 1; sequence <= 3; sequence++) {
    const { revision } = await get('/models/model-0/route');
    await api.call('POST', '/gateway/evidence', batch(id, revision, sequence), gateway);
    await sleep(500);
  }
  await post(`/rollouts/${id}/pause`, REASON);
  await post(`/rollouts/${id}/resume`, REASON);
  await post(`/rollouts/${id}/skip`, REASON);
  await reaches(id, ({ state }) => state === 'awaiting_approval');
  await askPages(`/rollouts/${id}/evidence`, '');
  await askPages('/rollouts', 'live=true');
  await post(`/rollouts/${id}/approve`, REASON);
  // Whoever has released it may not approve it: that is looked up, and it goes on by being ended.
  await post(`/rollouts/${id}/abort`, REASON);
  await reaches(id, ({ endedAt }) => endedAt !== null);
  await post('/models/model-0/rollback', REASON);
  await post('/models/model-0/promote', { version: 9, ...REASON });
  await post('/models/model-1/versions', { ...served, upstreams: [{ model: 'model-2', version: 1 }] });
  await post('/subscriptions', { name: 's', url: 'http://127.0.0.1:9/', events: ['*'] });
  await post('/tokens', { name: 't', scopes: ['read'] });
  await post(`${MLFLOW}/model-versions/create`, { name: 'model-3', source: 's3://x' });
  await post(`${MLFLOW}/registered-models/get-latest-versions`, { name: 'model-3' });
  await api.call('PUT', '/models/model-0/aliases/champion', { version: 4 });
  await api.call('PATCH', '/models/model-0', { description: 'new' });
  await api.call('DELETE', '/models/model-4/versions/900');
  await post('/feedback', { events: [{ model: 'model-0', unit: 'u', metric: 'click', value: 1, id: 'a' }] });
}

const REASON = { reason: 'test' };
const post = async (to: string, body: unknown) => (await api.call('POST', to, body)).body;
const get = async (from: string) => (await api.call('GET', from)).body;
const reaches = (id: string, is: (rollout: Json) => boolean) =>
  eventually(() => get(`/rollouts/${id}`), is, 60_000);

const batch = (rolloutId: string, revision: number, sequence: number) => ({
  ...{ gateway: 'one', boot: 'boot', sequence, acknowledged: [{ model: 'model-0', revision }] },
  entries: [{ rolloutId, revision, arm: 'primary', tally: tally(10) }],
  served: [
    {
      ...{ requestId: `now ${sequence}`, model: 'model-0', rolloutId, revision },
      arm: 'primary',
      segments: [],
    },
  ],
});

async function idOf(sql: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(sql);
  return rows[0]?.id ?? '';
}
