import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DomainError } from '#libs/kernel';
import { freePort, isAlive, isOpenToAll, OPEN_PLACE } from '#libs/processes';
import { type Binaries, findBinaries } from './binaries.ts';
import { postgresUser, type SystemUser } from './system-user.ts';

const USER = 'understudy';
const DATABASE = 'understudy';
const READY_MS = 60_000;
const STOP_MS = 20_000;
/** Nothing of ours: no secret reaches it, and no locale changes what it does. */
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

export interface RunningPostgres {
  readonly url: string;
  readonly pid: number;
  /** Ends it as PostgreSQL's "fast shutdown" does: sessions are cut, everything committed is on disk. */
  stop(): Promise<void>;
  /** Ends it and removes its data, for clusters that were made for a test. */
  destroy(): Promise<void>;
}

interface Place {
  readonly data: string;
  readonly password: string;
}

/**
 * Starts the PostgreSQL of a data folder on a free port of 127.0.0.1, making the cluster when there
 * is none. It runs in a process group of its own, so that Ctrl-C in a terminal reaches us first.
 * @param home our data folder; the log goes to `<home>/logs/postgres.log`
 */
export async function startEmbeddedPostgres(home: string): Promise<RunningPostgres> {
  const user = postgresUser();
  await mkdir(path.join(home, 'logs'), { recursive: true, mode: 0o700 });
  const binaries = await findBinaries(user ? isOpenToAll : null, OPEN_PLACE);
  const place = await findPlace(home, user);
  if (!existsSync(path.join(place.data, 'PG_VERSION'))) await makeCluster(binaries, place, user);
  await stopLeftOver(place.data);
  const port = await freePort();
  const log = path.join(home, 'logs', 'postgres.log');
  const server = spawn(
    binaries.postgres,
    [
      '-D',
      place.data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=200',
    ],
    { ...user, detached: true, stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')], env: ENVIRONMENT },
  );
  const base = `postgres://${USER}:${place.password}@127.0.0.1:${port}`;
  await untilReady(server, `${base}/postgres`, log);
  await ensureDatabase(`${base}/postgres`);
  if (server.pid === undefined) throw new Error('postgres has no pid');
  return {
    url: `${base}/${DATABASE}`,
    pid: server.pid,
    stop: () => stop(server),
    destroy: async () => {
      await stop(server);
      await rm(place.data, { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The data folder and the password, kept in `<home>/postgres.json`. */
async function findPlace(home: string, user: SystemUser | null): Promise<Place> {
  const file = path.join(home, 'postgres.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Place;
  const own = path.join(home, 'postgres');
  const data =
    user && !isOpenToAll(home) ? path.join(OPEN_PLACE, `data-${randomBytes(6).toString('hex')}`) : own;
  const place = { data, password: randomBytes(18).toString('base64url') };
  await writeFile(file, JSON.stringify(place), { mode: 0o600 });
  return place;
}

async function makeCluster(binaries: Binaries, place: Place, user: SystemUser | null): Promise<void> {
  // A cluster that was only half made has no PG_VERSION, or is in the folder with the other name.
  const half = `${place.data}.new`;
  await rm(half, { recursive: true, force: true });
  await rm(place.data, { recursive: true, force: true });
  await mkdir(path.dirname(place.data), { recursive: true, mode: 0o755 });
  await mkdir(half, { mode: 0o700 });
  const passwordFile = path.join(path.dirname(place.data), `.pw-${process.pid}`);
  await writeFile(passwordFile, `${place.password}\n`, { mode: 0o600 });
  if (user) {
    await chown(half, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    await run(
      binaries.initdb,
      [
        '-D',
        half,
        '-U',
        USER,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      user,
    );
    await chmod(half, 0o700);
    await rename(half, place.data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** A PostgreSQL that outlived a killed start still holds the data folder: ask it to end first. */
async function stopLeftOver(data: string): Promise<void> {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => null);
  const pid = Number(text?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || text?.split('\n')[1]?.trim() !== data) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited > STOP_MS)
      throw new DomainError(
        'unavailable',
        'postgres_left_over',
        `A PostgreSQL of an earlier start (pid ${pid}) does not end. End it by hand and start again.`,
      );
    await sleep(100);
  }
}

async function untilReady(server: ChildProcess, url: string, log: string): Promise<void> {
  for (let waited = 0; waited < READY_MS; waited += 100) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new DomainError(
        'unavailable',
        'postgres_died',
        `The embedded PostgreSQL did not start; its reason is at the end of ${log}.`,
      );
    }
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    const ready = await client
      .connect()
      .then(() => true)
      .catch(() => false);
    await client.end().catch(() => undefined);
    if (ready) return;
    await sleep(100);
  }
  throw new DomainError(
    'unavailable',
    'postgres_slow',
    `The embedded PostgreSQL was not ready within ${READY_MS / 1_000} s; see ${log}.`,
  );
}

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

function run(program: string, args: readonly string[], user: SystemUser | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...user, stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new DomainError(
              'unavailable',
              'initdb_failed',
              `PostgreSQL's data folder could not be made: ${output.trim()}`,
            ),
          ),
    );
  });
}
