import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '#libs/processes';

/** Is there a Redis to test with: the one of REDIS_URL, or a redis-server that can be started? */
export const redisIsAvailable = process.env['REDIS_URL'] !== undefined || hasServer();

function hasServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A Redis of our own on a free port (`options` as on its command line), or the one of REDIS_URL.
 * @param fixedPort where one ran before that is to come back
 */
export async function startRedis(options: readonly string[] = [], fixedPort?: number): Promise<TestRedis> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined && options.length === 0) return { url: given, stop: async () => undefined };
  const port = fixedPort ?? (await freePort());
  // Whatever it is told to keep nothing, a replica's copy and a cluster's nodes are files where it runs.
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-redis-'));
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options],
    { stdio: 'ignore', cwd: folder },
  );
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  while ((await client.ping().catch(() => '')) !== 'PONG') await sleep(20);
  client.disconnect();
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
