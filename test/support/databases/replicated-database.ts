import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '#libs/db';
import { type RunningPostgres, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { freePort, isOpenToAll, OPEN_PLACE } from '#libs/processes';
import { findBinaries } from '../../../libs/embedded-postgres/src/binaries.ts';
import { postgresUser } from '../../../libs/embedded-postgres/src/system-user.ts';
import { type FaultyRelay, startFaultyRelay } from './faulty-relay.ts';

const TEMPLATE = 'understudy_failover_template';

/** A PostgreSQL with a standby that streams from it, synchronously, both of their own; clients reach them by a relay. */
export interface ReplicatedDatabase {
  readonly relay: FaultyRelay;
  /** The primary's machine is gone, at once; clients are led to the standby, which only reads yet. */
  losePrimary(): Promise<void>;
  /** The standby becomes the primary. */
  promote(): Promise<void>;
  close(): Promise<void>;
}

/** `freshDatabase` makes its databases there from then on. */
export async function startReplicatedDatabase(): Promise<ReplicatedDatabase> {
  const home = await mkdtemp(path.join(tmpdir(), 'understudy-failover-'));
  const primary = await startEmbeddedPostgres(home);
  await execute(primary.url, [`CREATE DATABASE ${TEMPLATE}`]);
  const template = new URL(primary.url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
  const standby = await startStandby(primary);
  // From now on a commit is acknowledged when the standby has it on its disk.
  await execute(primary.url, ["ALTER SYSTEM SET synchronous_standby_names = '*'", 'SELECT pg_reload_conf()']);
  await untilTrue(primary.url, `SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'`);
  const relay = await startFaultyRelay(Number(new URL(primary.url).port));
  const url = new URL(primary.url);
  url.port = String(relay.port);
  process.env['TEST_SERVER_URL'] = url.href;
  process.env['TEST_TEMPLATE'] = TEMPLATE;
  return {
    relay,
    losePrimary: async () => {
      process.kill(primary.pid, 'SIGKILL');
      await primary.ended;
      relay.leadTo(Number(new URL(standby.url).port));
      relay.cut();
    },
    promote: () => untilTrue(standby.url, 'SELECT pg_promote(true, 60)'),
    close: async () => {
      await relay.close();
      await standby.destroy();
      await primary.destroy();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** As pg_basebackup does it, which the embedded PostgreSQL does not bring: a copy between two calls, and a note of where it began. */
async function startStandby(primary: RunningPostgres) {
  const data = `${primary.data}-standby`;
  const owner = new pg.Client({ connectionString: primary.url });
  await owner.connect();
  await owner.query(`SELECT pg_backup_start('standby', true)`);
  await cp(primary.data, data, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !/postmaster\.(pid|opts)$/.test(file),
  });
  const { rows } = await owner.query<{ labelfile: string }>('SELECT * FROM pg_backup_stop(false)');
  await owner.end();
  const { port, username, password } = new URL(primary.url);
  await writeFile(path.join(data, 'backup_label'), rows[0]?.labelfile ?? '');
  await writeFile(path.join(data, 'standby.signal'), '');
  const conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password}`;
  await appendFile(path.join(data, 'postgresql.auto.conf'), `\nprimary_conninfo = '${conninfo}'\n`);
  const user = postgresUser();
  if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, data]);
  execFileSync('chmod', ['700', data]);
  const { postgres } = await findBinaries(user ? isOpenToAll : null, OPEN_PLACE);
  const ownPort = await freePort();
  const log = openSync(`${data}.log`, 'a');
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  const words = ['-D', data, '-p', String(ownPort), ...settings.flatMap((one) => ['-c', one])];
  const child = spawn(postgres, words, { ...user, stdio: ['ignore', log, log], env: { LC_ALL: 'C' } });
  closeSync(log);
  const url = new URL(primary.url);
  url.port = String(ownPort);
  await untilTrue(url.href, 'SELECT pg_is_in_recovery()');
  return { url: url.href, destroy: () => destroy(child, data) };
}

async function destroy(child: ChildProcess, data: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGQUIT');
    await ended;
  }
  await rm(data, { recursive: true, force: true });
  await rm(`${data}.log`, { force: true });
}

async function execute(url: string, statements: readonly string[]): Promise<pg.QueryResult | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let last;
    for (const one of statements) last = await client.query(one);
    return last;
  } finally {
    await client.end();
  }
}

async function untilTrue(url: string, question: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await execute(url, [question]).catch(() => undefined);
    if (Object.values((answer?.rows[0] ?? {}) as object)[0] === true) return;
    await sleep(100);
  }
  throw new Error(`in vain: ${question}`);
}
