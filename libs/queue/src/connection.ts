import { createPostgresBackend, Queue, Worker, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import { DomainError } from '#libs/kernel';

/** Where jobs are kept: on Redis when a URL is given, else in PostgreSQL beside everything else. */
export interface QueuePlace {
  readonly redisUrl: string | null;
  readonly databaseUrl: string;
}

/** A queue or worker on either backend. The backends' types differ, their behaviour does not. */
export type AnyQueue = Pick<
  Queue,
  'add' | 'addBulk' | 'close' | 'on' | 'waitUntilReady' | 'getJobCounts' | 'obliterate'
>;
export type AnyWorker = Pick<Worker, 'close' | 'on' | 'waitUntilReady'>;

/** How long a worker may be silent with a job before another one takes it. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
const POSTGRES_POOL = 4;

const postgres = (databaseUrl: string) => ({
  connectionString: databaseUrl,
  migrate: true,
  max: POSTGRES_POOL,
});
const redis = (url: string) => ({ url, maxRetriesPerRequest: null });

export function openQueue(name: string, place: QueuePlace): AnyQueue {
  if (place.redisUrl !== null) return new Queue(name, { connection: redis(place.redisUrl) }) as AnyQueue;
  return new Queue(
    name,
    { connection: postgres(place.databaseUrl) },
    createPostgresBackend,
  ) as unknown as AnyQueue;
}

export function openWorker<T>(
  name: string,
  place: QueuePlace,
  process: Processor<T, void>,
  concurrency: number,
): AnyWorker {
  const common = { concurrency, lockDuration: LOCK_MS, stalledInterval: STALLED_CHECK_MS };
  if (place.redisUrl !== null)
    return new Worker<T, void>(name, process, { ...common, connection: redis(place.redisUrl) }) as AnyWorker;
  const options = { ...common, connection: postgres(place.databaseUrl) };
  return new Worker(
    name,
    process as never,
    options as never,
    createPostgresBackend as never,
  ) as unknown as AnyWorker;
}

/**
 * Refuses a Redis that may throw keys away: BullMQ would lose jobs in ways that it cannot see.
 * @throws DomainError when Redis cannot be reached or evicts keys
 */
export async function assertRedisKeepsJobs(redisUrl: string): Promise<void> {
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const info = await client.info('memory');
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new DomainError(
        'unavailable',
        'redis_evicts',
        `Redis at REDIS_URL has maxmemory-policy "${policy}", which may drop jobs. Set it to noeviction (redis-cli config set maxmemory-policy noeviction), or unset REDIS_URL to keep jobs in PostgreSQL.`,
      );
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError(
      'unavailable',
      'redis_unreachable',
      `Redis at REDIS_URL does not answer (${(error as Error).message}). Start it, mend REDIS_URL, or unset it to keep jobs in PostgreSQL.`,
    );
  } finally {
    client.disconnect();
  }
}
