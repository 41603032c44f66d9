import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DomainError } from '#libs/kernel';
import { freePort, isOpenToAll, OPEN_PLACE } from '#libs/processes';
import { findBinaries } from './binaries.ts';
import { readClusterNote, writeClusterNote } from './cluster-note.ts';
import { findPlace, settlePlace } from './cluster-place.ts';
import { makeCluster } from './make-cluster.ts';
import { DATABASE, ENVIRONMENT, USER } from './names.ts';
import { ownCluster } from './own-cluster.ts';
import { postgresUser } from './system-user.ts';
import { takeCluster } from './take-cluster.ts';

const READY_MS = 60_000;
/** After a crash it says that it recovers, which takes as long as there is to be done again. */
const RECOVERED_MS = 3_600_000;
const STARTING_UP = '57P03';
const STOP_MS = 20_000;

export interface RunningPostgres {
  readonly url: string;
  readonly pid: number;
  /** Where its files are. */
  readonly data: string;
  /** Resolves when it has ended, asked or not, with how ("SIGKILL", "code 1"). */
  readonly ended: Promise<string>;
  /** Ends it as PostgreSQL's "fast shutdown" does: sessions are cut, everything committed is on disk. */
  stop(): Promise<void>;
  /** Ends it and removes its data, for clusters that were made for a test. */
  destroy(): Promise<void>;
}

/**
 * Starts the PostgreSQL of a data folder on a port of 127.0.0.1, making the cluster when there
 * is none. It runs in a process group of its own, so that Ctrl-C in a terminal reaches us first.
 * @param home our data folder; the log goes to `<home>/logs/postgres.log`
 * @param port the one to use; 0: any that is free
 * @param stopped ends the start, which may take long while it recovers
 * @throws DomainError when it does not start, or the folder's database is not there or not its own
 */
export async function startEmbeddedPostgres(
  home: string,
  port = 0,
  stopped?: AbortSignal,
): Promise<RunningPostgres> {
  const user = postgresUser();
  const mustBeOpen = user !== null;
  await mkdir(path.join(home, 'logs'), { recursive: true, mode: 0o700 });
  const binaries = await findBinaries(mustBeOpen ? isOpenToAll : null, OPEN_PLACE);
  const found = await findPlace(home, mustBeOpen);
  if (found.isMade) await takeCluster(found.place.data, readClusterNote(found.place.data));
  else await makeCluster(binaries, found.place, user);
  const { data, password, id } = await settlePlace(home, found.place, mustBeOpen);
  await ownCluster(data, user);
  const ownPort = port === 0 ? await freePort() : port;
  const log = path.join(home, 'logs', 'postgres.log');
  const server = spawnPostgres(binaries.postgres, data, ownPort, { ...user }, log);
  const ended = new Promise<string>((resolve) =>
    server.once('exit', (code, signal) => resolve(signal ?? `code ${String(code)}`)),
  );
  server.once('error', () => undefined); // there is no such program: it has no pid
  if (server.pid === undefined) throw died(log);
  const base = `postgres://${USER}:${password}@127.0.0.1:${ownPort}`;
  try {
    await writeClusterNote(data, { id, home, pid: server.pid }, user);
    await untilReady(server, `${base}/postgres`, log, stopped);
    await ensureDatabase(`${base}/postgres`);
  } catch (error) {
    await stop(server);
    throw error;
  }
  return {
    url: `${base}/${DATABASE}`,
    pid: server.pid,
    data,
    ended,
    stop: () => stop(server),
    destroy: async () => {
      await stop(server);
      await rm(data, { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    },
  };
}

function spawnPostgres(
  program: string,
  data: string,
  port: number,
  user: { readonly uid?: number; readonly gid?: number },
  logFile: string,
): ChildProcess {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  const words = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(program, words, { ...user, detached: true, stdio: ['ignore', log, log], env: ENVIRONMENT });
  } finally {
    closeSync(log);
  }
}

async function untilReady(
  server: ChildProcess,
  url: string,
  log: string,
  stopped: AbortSignal | undefined,
): Promise<void> {
  // Each attempt is a line in its log while it recovers.
  let most = READY_MS;
  for (let waited = 0, pause = 100; waited < most; waited += pause, pause = Math.min(500, pause * 1.2)) {
    stopped?.throwIfAborted();
    if (server.exitCode !== null || server.signalCode !== null) throw died(log);
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    const ready = await client
      .connect()
      .then(() => true)
      .catch(({ code }: { code?: string }) => {
        most = code === STARTING_UP ? RECOVERED_MS : READY_MS;
        return false;
      });
    await client.end().catch(() => undefined);
    if (ready) return;
    await sleep(pause);
  }
  throw new DomainError(
    'unavailable',
    'postgres_slow',
    `The embedded PostgreSQL was not ready within ${READY_MS / 1_000} s; see ${log}.`,
  );
}

const died = (log: string): DomainError =>
  new DomainError(
    'unavailable',
    'postgres_died',
    `The embedded PostgreSQL did not start; its reason is at the end of ${log}.`,
  );

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGINT');
  await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })]);
  if (server.exitCode === null && server.signalCode === null) server.kill('SIGQUIT');
}
