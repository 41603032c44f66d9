import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { LOCK_ORDER } from '#libs/db';
import { freshDatabase, freshUnitOfWork } from '../support/databases/database.ts';
import { builtFolder } from '../support/processes.ts';
import { LockWatch } from '../support/lock-order/lock-watch.ts';

/** What is said of a transaction of these statements. */
function problemsOf(
  ...statements: readonly (string | readonly [string, readonly unknown[]])[]
): readonly string[] {
  const problems: string[] = [];
  const watch = new LockWatch(LOCK_ORDER, (problem) => problems.push(problem));
  for (const one of ['BEGIN', ...statements, 'COMMIT'])
    if (typeof one === 'string') watch.sends(one);
    else watch.sends(...one);
  return problems;
}
const EVIDENCE =
  'SELECT e.* FROM evidence e ORDER BY e.rollout_id, e.route_revision, e.arm, e.segment FOR UPDATE OF e';
const AGENDA = `INSERT INTO agenda (rollout_id) SELECT id FROM unnest($1::uuid[]) AS w(id) ORDER BY id
  ON CONFLICT (rollout_id) DO UPDATE SET asked = agenda.asked + 1`;
const lockModel = (name: string) =>
  [
    'SELECT m.id, (SELECT a.name FROM model a WHERE a.id = m.after_id) FROM model m WHERE m.name = $1 FOR UPDATE',
    [name],
  ] as const;
const hold = (key: number) => ['SELECT pg_advisory_xact_lock($1)', [key]] as const;
const INSTALLATION = 7_400_002;

it('every table has a place in the order', async () => {
  const database = await freshUnitOfWork();
  const rows = await database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
  );
  await database.close();
  const places = new Set(LOCK_ORDER.map(({ name }) => name));
  expect(places.size).toBe(LOCK_ORDER.length);
  expect(rows.map(({ name }) => name).filter((name) => !places.has(name))).toEqual([]);
  expect(rows.length).toBeGreaterThan(30);
});

describe('what is in order', () => {
  it.each<[string, readonly (string | readonly [string, readonly unknown[]])[]]>([
    ['evidence, then the agenda', [EVIDENCE, AGENDA]],
    [
      'rows of a table again that it holds',
      [
        EVIDENCE,
        'UPDATE evidence e SET requests = n.r FROM unnest($1::int[]) AS n(r) WHERE e.rollout_id = n.id',
        AGENDA,
      ],
    ],
    ['two models by name', [lockModel('a'), lockModel('b')]],
    [
      'one model twice, and its row by id',
      [lockModel('b'), lockModel('b'), ['UPDATE "model" SET "policy" = $1 WHERE "id" = $2', [1, 2]]],
    ],
    [
      'what the model guards, in any order',
      [lockModel('a'), 'INSERT INTO route (a) VALUES ($1)', 'DELETE FROM alias WHERE model_id = $1'],
    ],
    [
      'what is skipped where it is locked',
      [
        EVIDENCE,
        'DELETE FROM sample WHERE ctid = ANY (ARRAY(SELECT ctid FROM sample WHERE at < $1 LIMIT 5 FOR UPDATE SKIP LOCKED))',
        AGENDA,
      ],
    ],
    [
      'an event of a model, its subscriptions, and a rollout',
      [
        lockModel('a'),
        'WITH moved AS (UPDATE model SET event_sequence = $2 WHERE id = $1), queued AS (INSERT INTO outgoing (id) SELECT s.id FROM (SELECT s.id FROM subscription s WHERE s.state = $3 ORDER BY s.id FOR KEY SHARE OF s) AS s) INSERT INTO event (model_id) VALUES ($1)',
        ['UPDATE rollout SET state = $1 WHERE id = $2', [1, 2]],
      ],
    ],
    [
      'the installation, then a token',
      [
        hold(INSTALLATION),
        ['DELETE FROM "token" WHERE "id" = $1', ['t']],
        `INSERT INTO setting (name) VALUES ('installation_chain') ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      ],
    ],
    ['what was undone to a savepoint', ['SAVEPOINT s', AGENDA, 'ROLLBACK TO SAVEPOINT s', EVIDENCE]],
    ['reading', [AGENDA, 'SELECT * FROM model WHERE name = $1']],
    ['tables that are none of ours', [AGENDA, 'UPDATE pgboss.job SET state = $1', 'DELETE FROM somewhere']],
    ['text that looks like a lock', [AGENDA, `SELECT 'DELETE FROM model' AS "update model set"`]],
  ])('%s', (_what, statements) => {
    expect(problemsOf(...statements)).toEqual([]);
  });

  it('outside of a transaction nothing is held', () => {
    expect(problemsOf('COMMIT', AGENDA, EVIDENCE)).toEqual([]);
  });
});

/** As an event is appended. */
const KEEP_SUBSCRIPTIONS = `WITH queued AS (INSERT INTO outgoing (id) SELECT s.id FROM (SELECT s.id FROM subscription s
  WHERE s.state = $1 ORDER BY s.id FOR KEY SHARE OF s) AS s) INSERT INTO event (model_id) VALUES ($2)`;

describe('what is not', () => {
  it.each<[RegExp, readonly (string | readonly [string, readonly unknown[]])[]]>([
    [/"evidence" is locked after "agenda"/, [AGENDA, EVIDENCE]],
    [/"model" is locked after "evidence"/, [EVIDENCE, lockModel('a')]],
    [/"model" is locked after one with a greater key/, [lockModel('b'), lockModel('a')].map((one) => one)],
    [
      /"installation" is locked after "token"/,
      [['DELETE FROM "token" WHERE "id" = $1', ['t']], hold(INSTALLATION)],
    ],
    [
      /"subscription" is locked after "outgoing"/,
      [
        ['UPDATE outgoing SET state = $2 WHERE id = $1', ['o', 'x']],
        ['UPDATE subscription SET failing_since = NULL WHERE id = $1', ['s']],
      ],
    ],
    [
      /"model name" is locked after "model"/,
      [lockModel('a'), ['SELECT pg_advisory_xact_lock($1, hashtext($2))', [74, 'b']]],
    ],
    [/"evidence" are locked in no order/, ['UPDATE evidence SET requests = 0']],
    [
      /"version" are locked in no order/,
      [lockModel('a'), 'UPDATE version SET deleted_at = now() WHERE model_id = $1'],
    ],
    [
      /"agenda" are locked in no order/,
      ['INSERT INTO agenda (rollout_id) SELECT id FROM unnest($1::uuid[]) AS w(id) ON CONFLICT DO NOTHING'],
    ],
    [
      /"source_reading" are locked in no order/,
      ['SELECT gate FROM source_reading WHERE rollout_id = $1 AND step_index = $2 FOR UPDATE'],
    ],
    [
      /"gateway" is locked after "gateway_route"/,
      [
        ['DELETE FROM gateway_route WHERE gateway_id = $1 AND model_id = $2', ['g', 'm']],
        ['SELECT boot FROM gateway WHERE id = $1 FOR UPDATE', ['g']],
      ],
    ],
  ])('%s', (problem, statements) => {
    expect(problemsOf(...statements)).toEqual([expect.stringMatching(problem)]);
  });

  it.each<[RegExp, readonly (string | readonly [string, readonly unknown[]])[]]>([
    [
      /"installation" is locked after rows that are kept from being removed/,
      [lockModel('a'), KEEP_SUBSCRIPTIONS, hold(INSTALLATION)],
    ],
    [
      /"subscription" is locked after "outgoing"/,
      [['UPDATE outgoing SET state = $2 WHERE id = $1', ['o', 'x']], KEEP_SUBSCRIPTIONS],
    ],
  ])('%s', (problem, statements) => {
    expect(problemsOf(...statements)).toEqual([expect.stringMatching(problem)]);
  });

  it('a model that was there before is no new one', () => {
    const problems: string[] = [];
    const watch = new LockWatch(LOCK_ORDER, (problem) => problems.push(problem));
    const insert = 'INSERT INTO "model"("id", "name") VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING "id"';
    for (const isMade of [true, false]) {
      watch.sends('BEGIN');
      watch.sends(insert, ['id', 'z']);
      watch.answered(insert, ['id', 'z'], isMade ? [{ id: 'id' }] : []);
      for (const name of ['z', 'a']) watch.sends(...lockModel(name));
      watch.sends('COMMIT');
      expect(problems).toHaveLength(isMade ? 0 : 1);
    }
  });

  it('names the statements of both transactions', () => {
    const problems: string[] = [];
    const examples = new Map<string, string>();
    const [one, other] = [0, 1].map(
      () => new LockWatch(LOCK_ORDER, (problem) => problems.push(problem), examples),
    );
    for (const text of ['BEGIN', EVIDENCE, AGENDA, 'COMMIT']) one?.sends(text);
    for (const text of ['BEGIN', AGENDA, EVIDENCE, 'COMMIT']) other?.sends(text);
    expect(problems).toEqual([
      expect.stringMatching(
        /^"evidence" is locked after "agenda":\s+first INSERT INTO agenda.*\s+then {2}SELECT e\.\*.*\s+while another.*\s+first SELECT e\.\*.*\s+then {2}INSERT INTO agenda/,
      ),
    ]);
  });
});

it('a process that is killed in the midst of its transaction has told before', async () => {
  const database = await freshDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-told-'));
  const program = `import pg from 'pg';
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: 'understudy' });
    await client.connect();
    for (const text of ['BEGIN', 'UPDATE agenda SET asked = 1 WHERE rollout_id = gen_random_uuid()',
      "SELECT 1 FROM model WHERE name = 'a' FOR UPDATE"]) await client.query(text);
    process.kill(process.pid, 'SIGKILL');`;
  const recorder = pathToFileURL(
    path.join(builtFolder(), 'test/support/lock-order/record-in-process.js'),
  ).href;
  const child = spawn(process.execPath, ['--import', recorder, '--input-type=module', '-e', program], {
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url, LOCK_ORDER_PROBLEMS: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  const told = await Promise.all(
    (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  await rm(folder, { recursive: true });
  await database.drop();
  expect(told.join('')).toMatch(
    /agenda\\" are locked in no order[^]*"\\"model\\" is locked after \\"agenda\\"/,
  );
});
