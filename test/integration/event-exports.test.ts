import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { detachNext, folderPlace, makeExport, verifyExports } from '#libs/event-exports';
import { INSTALLATION, replayRollout, verifyAudit } from '#libs/engine';
import { register } from '../support/builders.ts';
import { ageRecord } from '../support/databases/age-record.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { type CliRun, runCli } from '../support/databases/run-cli.ts';

/*
 * Old events leave for files (ADR 39): nothing is lost wherever a run ends, everything that is asked at any age is answered as before, and
 * any edit of files or of what is left is found.
 */
const { privateKey: key } = generateKeyPairSync('ed25519');
let kills = 0;
let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
let owner: pg.Client;
let folder: string;
beforeEach(async () => {
  db = await freshUnitOfWork();
  owner = await connected();
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-exports-'));
  for (const model of ['m', 'n'])
    for (let i = 0; i < 3; i++) await register(db.uow, model, { rollout: false });
  await db.uow.run(async ({ events }) => {
    const user = { type: 'user.logged_in', actor: 'user:ann', data: { subject: 'ann', handles: ['ann@x'] } };
    await events.appendToInstallation(user);
    const token = { type: 'token.issued', actor: 'user:ann', data: { name: 'ci', owner: null } };
    await events.appendToInstallation(token);
    await events.appendToInstallation({ type: 'source.added', actor: 'user:bob', data: { name: 'gh' } });
  });
  for (let i = 0; i < 12; i++) await judged('m', i);
  for (let i = 0; i < 3; i++) await judged('n', i);
});
afterEach(async () => {
  await owner.end();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: db.url });
  // A test ends its session.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
const idOf = async (model: string): Promise<string> =>
  (await db.query<{ id: string }>('SELECT id FROM model WHERE name = $1', [model]))[0]?.id ?? '';
/** An event of the kind that there are most of, and that nobody asks for after years. */
const judged = async (model: string, i: number): Promise<void> => {
  const modelId = await idOf(model);
  await db.uow.run(async ({ models, events }) => {
    await models.lock(model);
    const data = { i, look: { rate: 0.1 + i, note: 'ä "\n' } };
    await events.append({ modelId, rolloutId: null, type: 'rollout.judged', actor: 'worker', data });
  });
};
const before = (): number => Date.now() + 3_600_000;
const request = (most: number) => ({ place: folderPlace(folder), key, before: before(), most });
/** All that is old, in files of so many events. */
async function exportAll(most: number): Promise<void> {
  while ((await makeExport(owner, request(most))).file !== null);
}
async function detachAll(): Promise<void> {
  while ((await detachNext(owner, folderPlace(folder), key)) !== null);
}
const files = async (): Promise<string[]> => (await readdir(folder)).sort();
const count = async (): Promise<number> =>
  Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM event'))[0]?.n);
/** The whole record: files, and what is left. */
async function verified() {
  const audit = await verifyAudit(db.uow, null);
  const exports = await verifyExports(owner, folderPlace(folder), key);
  return { audit, exports, intact: audit.intact && exports.breaks.length === 0 };
}
/** What is asked of events of any age. */
const asked = async () => {
  const modelIds = [await idOf('m'), await idOf('n')];
  return db.uow.read(async ({ events }) => ({
    hands: await Promise.all(
      modelIds.flatMap((id) => [1, 2, 3].map((version) => events.handsOn(id, version))),
    ),
    logins: await events.loginsOf(['ann@x']),
    makers: await events.tokenMakers('ci', null),
    sources: await events.sourceMakers('gh'),
  }));
};

it('files hold the record, what is asked at any age stays, and both are one chain', async () => {
  const answers = await asked();
  expect(answers.hands.flat()).not.toEqual([]);
  const [all, { heads }] = [await count(), await verifyAudit(db.uow, null)];
  await exportAll(7);
  expect(await count()).toBe(all);
  expect(await verified()).toMatchObject({
    intact: true,
    exports: { events: all, exports: Math.ceil(all / 7) },
  });
  await detachAll();
  expect(await count()).toBeLessThan(all - 12);
  expect(await asked()).toEqual(answers);
  const after = await verified();
  expect(after).toMatchObject({ intact: true, exports: { events: all, unknown: [] } });
  expect(after.audit.heads).toEqual(heads);
  expect(after.audit.detached).toBe(all - (await count()));
  // It goes on: more comes, and goes.
  for (let i = 0; i < 5; i++) await judged('m', i);
  expect((await verified()).intact).toBe(true);
  await exportAll(1_000);
  await detachAll();
  expect(await verified()).toMatchObject({ intact: true, exports: { events: all + 5 } });
  // Nothing is left to do.
  expect(await makeExport(owner, request(7))).toMatchObject({ file: null, heldBack: [] });
});

it('a run that ends anywhere loses nothing, and the next one goes on', async () => {
  const [all, answers] = [await count(), await asked()];
  const steps = async (client: pg.Client): Promise<void> => {
    while ((await makeExport(client, request(9))).file !== null);
    while ((await detachNext(client, folderPlace(folder), key)) !== null);
  };
  let ends = 0;
  for (let most = 1; ; most += ends < 6 ? 1 : 3) {
    const client = await connected();
    const query = client.query.bind(client) as (...words: unknown[]) => unknown;
    let asks = 0;
    let ended = false;
    // What was sent is done or not, as where a process is killed: its session ends there, its lock with it.
    client.query = ((...words: unknown[]) => {
      if (++asks <= most) return query(...words);
      ended = true;
      return Promise.reject(new Error('killed'));
    }) as typeof client.query;
    await steps(client).catch((error: Error) => expect(error.message).toBe('killed'));
    await client.end();
    expect((await verified()).intact).toBe(true);
    expect(await asked()).toEqual(answers);
    if (!ended) break;
    ends++;
  }
  expect(ends).toBeGreaterThan(10);
  const { exports } = await verified();
  expect(exports).toMatchObject({ events: all, breaks: [], unknown: [] });
});

it('the command is killed again and again, and does it all the same', async () => {
  const secrets = randomBytes(32).toString('base64');
  await ageRecord(db.url, 40);
  const [all, answers] = [await count(), await asked()];
  const env = { DATABASE_URL: db.url, SECRETS_KEY: secrets, UNDERSTUDY_HOME: path.join(folder, 'home') };
  const place = path.join(folder, 'files');
  const audit = (...words: string[]): CliRun => runCli(['audit', ...words], env);
  const days = ['--older-than', '31d', '--most', '20', '--runs', '1000'];
  const words: [string, ...string[]][] = [['export', place, ...days]];
  for (let i = 0; i < Math.ceil(all / 20); i++) words.push(['detach', place]);
  for (const [i, one] of words.entries())
    for (let done = false; !done;) {
      const run = audit(...one);
      // Node.js alone needs some 200 ms to start; each time later.
      if (i < 3) setTimeout(() => run.kill(), 150 + 250 * kills++);
      const { code, text } = await run.ended;
      if (code !== null) expect([one, code, text]).toEqual([one, 0, text]);
      done = code !== null;
    }
  expect(await count()).toBeLessThan(all - 12);
  expect(await asked()).toEqual(answers);
  expect(await audit('verify', '--exports', place).ended).toMatchObject({
    code: 0,
    text: expect.stringContaining(`${all} events in ${Math.ceil(all / 20)} files`),
  });
  await rm(path.join(place, 'events-000002.jsonl'));
  const broken = await audit('verify', '--exports', place).ended;
  expect(broken).toMatchObject({
    code: 1,
    text: expect.stringContaining('events-000002.jsonl: it is not in'),
  });
  expect(await audit('export', place, '--older-than', '30d').ended).toMatchObject({ code: 1 });
}, 180_000);

it('a file that was written and not noted is taken up; one of another content is not, and nothing is deleted', async () => {
  await makeExport(owner, request(5));
  await owner.query('DELETE FROM event_export_range');
  await owner.query('DELETE FROM event_export');
  expect((await verified()).exports.unknown).toEqual(['events-000001.jsonl']);
  expect(await makeExport(owner, request(1_000))).toMatchObject({ takenUp: true, events: 5, more: true });
  await writeFile(path.join(folder, 'events-000002.jsonl'), '{}\n');
  const all = await count();
  await expect(makeExport(owner, request(1_000))).rejects.toMatchObject({ code: 'export_damaged' });
  expect(await count()).toBe(all);
});

describe('shows it', () => {
  const at = (name: string): string => path.join(folder, name);
  const edit = async (name: string, from: string | RegExp, to: string): Promise<void> => {
    const text = await readFile(at(name), 'utf8');
    expect(text).toMatch(from);
    await writeFile(at(name), text.replace(from, to));
  };
  const untied = (sql: string) =>
    db.asOwner(`ALTER TABLE event DISABLE TRIGGER ALL; ${sql}; ALTER TABLE event ENABLE TRIGGER ALL`);
  const CHANGES: [string, () => Promise<unknown>][] = [
    ['an event in a file', () => edit('events-000002.jsonl', /"actor":"\w+/, '"actor":"nobody')],
    ['a line that is gone', () => edit('events-000002.jsonl', /\{"event".*\n/, '')],
    ['a line that is there twice', () => edit('events-000002.jsonl', /(\{"event".*\n)/, '$1$1')],
    ['lines in another order', () => edit('events-000003.jsonl', /(\{"event".*\n)(\{"event".*\n)/, '$2$1')],
    ['a file that is cut off', () => edit('events-000002.jsonl', /\{"end".*\n/, '')],
    ['another signature', () => edit('events-000002.jsonl', /"signature":"..../, '"signature":"AAAA')],
    ['a file that is missing', () => rm(at('events-000002.jsonl'))],
    ['the last file missing', async () => rm(at((await files()).at(-1) ?? ''))],
    [
      'two files exchanged',
      async () => {
        await rename(at('events-000001.jsonl'), at('x'));
        await rename(at('events-000002.jsonl'), at('events-000001.jsonl'));
        await rename(at('x'), at('events-000002.jsonl'));
      },
    ],
    [
      'an event that was left',
      () => untied(`UPDATE event SET actor = 'x' WHERE type = 'version.registered'`),
    ],
    ['one that was left is gone', () => untied(`DELETE FROM event WHERE type = 'token.issued'`)],
    [
      'a detached one is there again, as another',
      () =>
        untied(
          `INSERT INTO event SELECT model_id, sequence + 1, NULL, 'rollout.judged', 'x', '{}', at, '' FROM event e WHERE type = 'version.registered'
           AND NOT EXISTS (SELECT 1 FROM event n WHERE n.model_id = e.model_id AND n.sequence = e.sequence + 1) LIMIT 1`,
        ),
    ],
    ['a note of a file is gone', () => db.asOwner('DELETE FROM event_export WHERE number = 2')],
    ['a note of a stretch is gone', () => db.asOwner('DELETE FROM event_export_range WHERE number = 2')],
    [
      'a noted hash',
      () => db.asOwner(`UPDATE event_export_range SET last_hash = repeat('0', 64) WHERE number = 2`),
    ],
    ['an event that is not exported', () => untied(`UPDATE event SET actor = 'x' WHERE data ->> 'i' = '77'`)],
    ['the first that is not exported is gone', () => untied(`DELETE FROM event WHERE data ->> 'i' = '77'`)],
  ];
  const TABLES = ['event', 'event_export', 'event_export_range'];
  it('any edit, loss or other order of files, of what was left, and of what was noted', async () => {
    await exportAll(7);
    await detachAll();
    for (const i of [77, 78]) await judged('m', i);
    expect((await verified()).intact).toBe(true);
    for (const table of TABLES) await db.asOwner(`CREATE TABLE whole_${table} AS TABLE ${table}`);
    const whole = await Promise.all(
      (await files()).map(async (name) => [name, await readFile(at(name))] as const),
    );
    const unseen: string[] = [];
    for (const [what, change] of CHANGES) {
      await change();
      if ((await verified()).intact) unseen.push(what);
      for (const [name, content] of whole) await writeFile(at(name), content);
      for (const table of TABLES)
        await untied(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM whole_${table}`);
      expect([what, (await verified()).intact]).toEqual([what, true]);
    }
    expect(unseen).toEqual([]);
  });

  it('a file that was changed is not detached', async () => {
    await makeExport(owner, request(9));
    await edit('events-000001.jsonl', /"actor":"\w+/, '"actor":"nobody');
    const all = await count();
    await expect(detachNext(owner, folderPlace(folder), key)).rejects.toMatchObject({
      code: 'export_damaged',
    });
    expect(await count()).toBe(all);
  });

  it('an event that was changed before is not exported', async () => {
    await untied(`UPDATE event SET actor = 'x' WHERE data ->> 'i' = '2'`);
    await expect(makeExport(owner, request(1_000))).rejects.toMatchObject({ code: 'record_changed' });
    expect(await files()).toEqual([]);
  });
});

describe('nobody else deletes an event', () => {
  const DELETE = `SELECT set_config('understudy.detaching', 'on', false); DELETE FROM event`;
  it("the application's role may not, nor write what is noted", async () => {
    await exportAll(1_000);
    await detachAll();
    for (const sql of [
      DELETE,
      `UPDATE event_export_range SET detached = true`,
      'DELETE FROM event_export',
      `INSERT INTO event_export_range SELECT * FROM event_export_range`,
    ])
      await expect(db.query(sql)).rejects.toThrow(/permission denied/);
    const client = await connected();
    await client.query('SET ROLE understudy_app');
    await expect(makeExport(client, request(5))).rejects.toMatchObject({ code: 'not_owner' });
    await client.end();
  });

  it('a role with the right to delete may not, nor the owner what no file holds', async () => {
    await makeExport(owner, request(3));
    await expect(db.asOwner('DELETE FROM event')).rejects.toThrow(/append-only/);
    await expect(db.asOwner(DELETE)).rejects.toThrow(/only those that an export holds/);
    // Exported, and not detached.
    await expect(db.asOwner(`${DELETE} WHERE sequence = 1`)).rejects.toThrow(
      /only those that an export holds/,
    );
    await db.asOwner('GRANT DELETE ON event TO understudy_app');
    await expect(db.query(DELETE)).rejects.toThrow(/append-only/);
  });
});

it('a rollout that lives, and an event that waits for a subscription, keep their chain', async () => {
  const { rollout } = await register(db.uow, 'live');
  await judged('live', 1);
  await db.query(
    `INSERT INTO subscription (id, name, url, secrets, events, events_like, format, state, created_by)
     VALUES (gen_random_uuid(), 's', 'sealed', '[]', '{*}', '{%}', 'standard', 'disabled', 'test')`,
  );
  await judged('n', 99);
  await db.query(
    `INSERT INTO outgoing (id, subscription_id, model_id, sequence, state, created_at, next_at)
     SELECT gen_random_uuid(), s.id, e.model_id, e.sequence, 'waiting', now(), now() FROM event e, subscription s WHERE e.data ->> 'i' = '99'
     ON CONFLICT DO NOTHING`,
  );
  const done = await makeExport(owner, request(1_000));
  expect([...done.heldBack].sort()).toEqual(['live', 'n']);
  await detachAll();
  const events = await db.uow.read((stores) => stores.events.ofRollout(rollout?.id ?? ''));
  expect(events.length).toBeGreaterThan(0);
  expect(await db.query(`SELECT 1 FROM event WHERE data ->> 'i' = '99'`)).toHaveLength(1);
  expect((await verified()).intact).toBe(true);
  // Once it has ended they go, and whoever asks for them is told where.
  await db.query(`UPDATE rollout SET state = 'rolled_back', ended_at = now()`);
  await db.query('DELETE FROM outgoing');
  await exportAll(1_000);
  await detachAll();
  await expect(replayRollout(db.uow, rollout?.id ?? '')).rejects.toMatchObject({
    code: 'events_detached',
    detail: expect.stringContaining('events-000002.jsonl'),
  });
  const where = await db.uow.read((stores) => stores.events.detachedBetween(INSTALLATION, 0, before()));
  expect(where.map(({ file }) => file)).toEqual(['events-000001.jsonl']);
});
