import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { copyIn, copyOut } from '#libs/postgres';
import { type FreshDatabase, freshDatabase } from '../support/databases/database.ts';

let database: FreshDatabase;
let owner: pg.Client;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase({ migrated: false });
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('CREATE TABLE line (text text CHECK (length(text) < 9))');
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

async function open(): Promise<pg.Client> {
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
async function learnPid(): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  pids.set(client, rows[0]?.pid ?? 0);
}
const pids = new WeakMap<pg.Client, number>();
const terminate = (): Promise<unknown> =>
  owner.query('SELECT pg_terminate_backend($1, 5000)', [pids.get(client)]);
const bytesOf = async (text: string, atFirst = (): unknown => undefined): Promise<number> => {
  let bytes = 0;
  for await (const chunk of copyOut(client, text)) {
    if (bytes === 0) await atFirst();
    bytes += chunk.length;
  }
  return bytes;
};
const LONG = `COPY (SELECT repeat('x', 1000) FROM generate_series(1, 200000)) TO STDOUT`;
async function* lines(text: string, atTenth = (): unknown => undefined): AsyncGenerator<Buffer> {
  for (let i = 0; i < 200; i++) {
    if (i === 10) await atTenth();
    yield Buffer.from(text.repeat(1_000));
  }
}

/** A copy that hangs is a backup, or a restore, that never ends. */
describe('a copy that fails says why, and ends', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['out of no table', () => bytesOf('COPY nothing TO STDOUT'), /"nothing" does not exist/],
    ['out, ended by an administrator', () => bytesOf(LONG, terminate), /terminat/],
    ['out, its socket is gone', () => bytesOf(LONG, () => client.connection.stream.destroy()), /terminated/],
    ['into no table', () => copyIn(client, 'COPY nothing FROM STDIN', lines('x\n')), /does not exist/],
    ['of too many columns', () => copyIn(client, 'COPY line FROM STDIN', lines('x\ty\n')), /extra data/],
    ['against a rule', () => copyIn(client, 'COPY line FROM STDIN', lines('123456789\n')), /line_text_check/],
    [
      'in, ended',
      () => copyIn(client, 'COPY line FROM STDIN', lines('x\n', terminate)),
      /terminat|ECONNRESET|EPIPE/,
    ],
    [
      'in, its source fails',
      () =>
        copyIn(
          client,
          'COPY line FROM STDIN',
          lines('x\n', () => Promise.reject(new Error('the disk'))),
        ),
      /the disk/,
    ],
  ])('%s', async (_what, copy, reason) => {
    await open();
    await learnPid();
    await expect(copy()).rejects.toThrow(reason);
    await client.end();
    expect((await owner.query('SELECT 1 FROM line')).rowCount).toBe(0);
  });

  it('a refusal of the database leaves the connection as it was', async () => {
    await open();
    await expect(copyIn(client, 'COPY line FROM STDIN', lines('x\ty\n'))).rejects.toThrow(/extra data/);
    await expect(bytesOf('COPY nothing TO STDOUT')).rejects.toThrow(/does not exist/);
    await copyIn(client, 'COPY line FROM STDIN', lines('x\n'));
    expect(await bytesOf('COPY line TO STDOUT')).toBe(400_000);
    await client.query('DELETE FROM line');
    await client.end();
  });

  it('whoever stops reading loses the connection, and waits for nothing', async () => {
    await open();
    for await (const _chunk of copyOut(client, LONG)) break;
    await expect(client.query('SELECT 1')).rejects.toThrow(/terminated|not queryable/);
  });
});
