import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';
import { type FaultyRelay, startFaultyRelay } from '../support/databases/faulty-relay.ts';

const server = process.env['TEST_SERVER_URL'] ?? '';
/** What sessions wait for: a model's name that is being claimed, or the commit of one. */
const [NAMES, COMMITS] = [74, 75];
let relay: FaultyRelay;
let api: TestApi;
let owner: pg.Client;
beforeAll(async () => {
  const relayed = new URL(server);
  relay = await startFaultyRelay(Number(relayed.port));
  relayed.port = String(relay.port);
  process.env['TEST_SERVER_URL'] = relayed.href;
  api = await startApi();
  const direct = new URL(api.databaseUrl);
  direct.port = new URL(server).port;
  owner = new pg.Client({ connectionString: direct.href });
  await owner.connect();
  await owner.query(`
    CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE WARNING 'at the commit'; PERFORM pg_advisory_xact_lock_shared(${COMMITS}); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON model DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION at_commit()`);
});
afterAll(async () => {
  await owner.end();
  await api.close();
  await relay.close();
  process.env['TEST_SERVER_URL'] = server;
});
beforeEach(() => owner.query('SELECT pg_advisory_unlock_all()'));

const create = (name: string) =>
  api.call('POST', '/models', { name }, undefined, { 'idempotency-key': `of ${name}` });

/** Ends each session that waits for a lock, until what is awaited has come. */
async function endWhoWaitsUntil<T>(awaited: Promise<T>): Promise<{ answer: T; ended: number }> {
  let [isHere, ended] = [false, 0];
  void awaited.finally(() => (isHere = true));
  while (!isHere) {
    const { rowCount } = await owner.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    ended += rowCount ?? 0;
  }
  return { answer: await awaited, ended };
}

/** The next piece of an answer that is such a one is lost, and all connections end with it. @returns how many were lost so far */
function loseAnswer(isIt: (bytes: Buffer) => boolean): () => number {
  let lost = 0;
  relay.loseBy((bytes) => {
    if (lost > 0 || !isIt(bytes)) return bytes;
    lost++;
    relay.cut();
    return Buffer.alloc(0);
  });
  return () => lost;
}

async function isMadeOnce(name: string): Promise<void> {
  const again = await create(name);
  expect([again.status, again.body['name'], again.headers.get('idempotent-replayed')]).toEqual([
    ...[201, name, 'true'],
  ]);
  expect((await owner.query('SELECT 1 FROM model WHERE name = $1', [name])).rowCount).toBe(1);
}

it('a request whose session was ended before anything was committed is repeated with its key at once, not after a minute', async () => {
  await owner.query('SELECT pg_advisory_lock($1, hashtext($2))', [NAMES, 'before']);
  // It is done once more by itself, and that is ended too.
  const { answer, ended } = await endWhoWaitsUntil(create('before'));
  expect([answer.status, answer.body['code'], ended]).toEqual([503, 'database_unavailable', 2]);
  await owner.query('SELECT pg_advisory_unlock_all()');
  expect((await create('before')).status).toBe(201);
  await isMadeOnce('before');
});

it('so is one whose session was ended while it was committed, and nothing came of the commit', async () => {
  await owner.query('SELECT pg_advisory_lock($1)', [COMMITS]);
  const { answer, ended } = await endWhoWaitsUntil(create('amid'));
  expect([answer.status, answer.body['code'], ended]).toEqual([503, 'database_unavailable', 2]);
  await owner.query('SELECT pg_advisory_unlock_all()');
  expect((await create('amid')).status).toBe(201);
  await isMadeOnce('amid');
});

it('one whose commit was done, and its word lost with the connection, is answered as what it is: done', async () => {
  let isAtCommit = false;
  const lost = loseAnswer((bytes) => {
    isAtCommit ||= bytes.includes('at the commit');
    return isAtCommit && bytes.includes('COMMIT\0');
  });
  const answer = await create('unheard');
  expect([answer.status, answer.body['name'], lost()]).toEqual([201, 'unheard', 1]);
  await isMadeOnce('unheard');
});

it('a claim on a key whose own answer was lost is the same claim', async () => {
  const lost = loseAnswer((bytes) => bytes.includes('of claimed') && bytes.includes('INSERT 0 1'));
  expect((await create('claimed')).status).toBe(201);
  expect(lost()).toBe(1);
  await isMadeOnce('claimed');
});
