import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';
import { type Moment, silentAt } from '../support/databases/silent-moment.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const server = process.env['TEST_SERVER_URL'] ?? '';
/** As a person who repeats. */
const AGAIN_MS = 300;
const MOST_REPEATS = 40;
/** At every kind of statement of a command, from its claim to its answer. */
const MOMENTS: readonly Moment[] = (
  [
    { text: 'INSERT INTO idempotency' },
    { text: 'model-by-name' },
    { text: 'BEGIN' },
    { text: 'event-append' },
    { text: 'COMMIT\0' },
    { text: 'COMMIT\0', next: true },
    { text: 'idempotency SET status' },
  ] as const
).flatMap((one) => (['asked', 'answered'] as const).map((at): Moment => ({ ...one, at })));

interface Lane {
  readonly relay: FaultyRelay;
  readonly api: TestApi;
}
let lanes: readonly Lane[] = [];
let model: TestModelServer;
beforeAll(async () => {
  model = await startModelServer((_request, _body, response) => json(response, { y: 1 }));
  const started: Lane[] = [];
  for (let n = 0; n < 3; n++) {
    const relayed = new URL(server);
    const relay = await startFaultyRelay(Number(relayed.port));
    relayed.port = String(relay.port);
    process.env['TEST_SERVER_URL'] = relayed.href;
    started.push({ relay, api: await startApi() });
    process.env['TEST_SERVER_URL'] = server;
  }
  lanes = started;
}, 120_000);
afterAll(async () => {
  for (const { api, relay } of lanes) {
    await api.close();
    await relay.close();
  }
  await model.stop();
});

interface Outcome {
  /** Did it come to the moment? */
  readonly lost: boolean;
  /** In short, each once: status and code. */
  readonly answers: readonly string[];
  readonly last: Json;
}

/** Repeats a command with its key until it is answered by neither "later" nor nothing. */
async function command({ relay, api }: Lane, key: string, moment: Moment, path: string, body: unknown) {
  const wasLost = silentAt(relay, key, moment);
  const answers: string[] = [];
  for (let repeats = 0; ; repeats++) {
    const answer = await api.call('POST', path, body, undefined, { 'idempotency-key': key });
    const code: unknown = answer.body['code'];
    answers.push(typeof code === 'string' ? `${answer.status} ${code}` : String(answer.status));
    const isLater = answer.status === 503 || code === 'idempotency_in_flight';
    if (!isLater || repeats === MOST_REPEATS) {
      relay.heedBy(null);
      return { lost: wasLost(), answers: [...new Set(answers)], last: answer.body } satisfies Outcome;
    }
    await sleep(AGAIN_MS);
  }
}

/** Does it for every moment, on several apis at once. */
async function atEachMoment(act: (lane: Lane, moment: Moment, n: number) => Promise<void>): Promise<void> {
  const left = [...MOMENTS.entries()];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let next = left.shift(); next; next = left.shift()) await act(lane, next[1], next[0]);
    }),
  );
}

const inWords = ({ text, next, at }: Moment): string =>
  `${next ? 'after ' : ''}${text.replace('\0', '')}, ${at}`;

it('a command whose connections are all forgotten, at whatever moment, is done once, and its first or next attempt says so: none is told to wait', async () => {
  const odd: unknown[] = [];
  await atEachMoment(async (lane, moment, n) => {
    const name = `of-${n}`;
    const versions = `/models/${name}/versions`;
    await lane.api.call('POST', versions, { servingUrl: model.url, createModel: true, rollout: false });
    await lane.api.call('POST', `/models/${name}/promote`, { version: 1, reason: 'first' });
    const made = await command(lane, `make ${n}`, moment, versions, {
      servingUrl: model.url,
      rollout: false,
    });
    const moved = await command(lane, `move ${n}`, moment, `/models/${name}/promote`, {
      version: 2,
      reason: 'the test',
    });
    const again = await lane.api.call(
      'POST',
      versions,
      { servingUrl: model.url, rollout: false },
      undefined,
      {
        'idempotency-key': `make ${n}`,
      },
    );
    const database = new URL(lane.api.databaseUrl);
    database.port = new URL(server).port;
    const owner = new pg.Client({ connectionString: database.href });
    await owner.connect();
    const { rows } = await owner.query<{ type: string; n: number }>(
      `SELECT type, count(*)::int AS n FROM event WHERE model_id = (SELECT id FROM model WHERE name = $1)
       AND type IN ('version.registered', 'rollout.promoted') GROUP BY type ORDER BY type`,
      [name],
    );
    await owner.end();
    const seen = {
      answers: [...new Set([...made.answers, ...moved.answers])]
        .filter((one) => one !== '503 database_unavailable')
        .sort(),
      lost: [made.lost, moved.lost],
      version: [made.last['version'], again.body['version']],
      primary: moved.last['primary'],
      events: rows,
    };
    const expected = {
      answers: ['200', '201'],
      lost: [true, true],
      version: [2, 2],
      primary: 2,
      events: rows.filter(({ type, n: times }) => type === 'version.registered' && times === 2),
    };
    if (
      JSON.stringify({ ...seen, events: 0 }) !== JSON.stringify({ ...expected, events: 0 }) ||
      expected.events.length === 0
    )
      odd.push({ moment: inWords(moment), ...seen });
  });
  expect(odd).toEqual([]);
}, 600_000);
