import { createPostgresBackend, Queue, runMigrations, Worker, type Processor } from 'bullmq';
import pg from 'pg';
import { CONNECTION_BOUNDS, PoolConnections } from '#libs/postgres';

/** Where jobs are kept: on Redis when a URL is given, else in PostgreSQL beside everything else. */
export interface QueuePlace {
  readonly redisUrl: string | null;
  readonly databaseUrl: string;
  /** Of jobs in PostgreSQL: who ends the connections that are dead. */
  readonly connections?: PoolConnections;
}

/** A queue or worker on either backend. The backends' types differ, their behaviour does not. */
export type AnyQueue = Pick<
  Queue,
  'add' | 'addBulk' | 'close' | 'disconnect' | 'on' | 'waitUntilReady' | 'getJobCounts' | 'obliterate'
>;
export type AnyWorker = Pick<Worker, 'close' | 'disconnect' | 'on' | 'waitUntilReady'>;

/** How long a worker may be silent with a job before another one takes it. */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;
const POSTGRES_POOL = 4;
/** A worker that was told of no job looks after so many seconds: what tells it may have gone silent. */
const LOOK_S = 2;

const postgres = ({ databaseUrl, connections = new PoolConnections() }: QueuePlace) => ({
  // BullMQ names its schema by a start-up parameter, which poolers refuse or ignore; ours makes statements of it.
  Client: connections.Client,
  ...CONNECTION_BOUNDS,
  connectionString: withoutStartUpOptions(databaseUrl),
  migrate: true,
  max: POSTGRES_POOL,
});
/** What the URL says goes before BullMQ's own: its connection that listens is not one of ours, and needs no schema. */
function withoutStartUpOptions(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (!url.searchParams.has('options')) url.searchParams.set('options', '');
  return url.href;
}

/** Connecting takes so long at most; then it is tried again. */
const CONNECT_MS = 5_000;
const LONGEST_RETRY_MS = 2_000;
/**
 * An open socket is no sign of life: one that owes an answer for as long is closed. BullMQ blocks for 10 s at most.
 * (ioredis forgets to stop this clock when a connection ends, so the next one may be ended once by it: what was asked is asked again.)
 */
const SILENT_PRODUCER_MS = 3_000;
const SILENT_CONSUMER_MS = 20_000;

/**
 * After a failover an open connection leads to what was the primary, and a new one to what is: the old one only reads as a replica,
 * has not found its primary (and serves nothing that is stale), or loads what it is to be a copy of. A new connection to one that loads
 * waits until it has.
 */
const LEADS_ELSEWHERE = /READONLY|MASTERDOWN|LOADING/;
const redis = (url: string) => ({
  url,
  connectTimeout: CONNECT_MS,
  keepAlive: CONNECT_MS,
  retryStrategy: (times: number) => Math.min(100 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
  // 2: ask there again.
  reconnectOnError: (error: Error) => (LEADS_ELSEWHERE.test(error.message) ? (2 as const) : false),
});
/** Whoever adds jobs is told at once that there is no connection, and goes another way; nothing is kept for later. */
export const redisProducer = (url: string) => ({
  ...redis(url),
  enableOfflineQueue: false,
  socketTimeout: SILENT_PRODUCER_MS,
});
/** A worker waits for Redis as long as it takes. */
const redisConsumer = (url: string) => ({
  ...redis(url),
  maxRetriesPerRequest: null,
  socketTimeout: SILENT_CONSUMER_MS,
});

/** Makes BullMQ's tables what they should be, however long that takes; queues and workers find nothing to do. */
export async function migrateQueue({ redisUrl, databaseUrl }: QueuePlace): Promise<void> {
  if (redisUrl !== null) return;
  const { query_timeout: _forStatements, ...bounds } = CONNECTION_BOUNDS;
  const client = new pg.Client({ ...bounds, connectionString: databaseUrl });
  client.on('error', () => undefined); // what is asked fails with it
  try {
    await client.connect();
    await runMigrations(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export function openQueue(name: string, place: QueuePlace): AnyQueue {
  if (place.redisUrl !== null)
    return new Queue(name, { connection: redisProducer(place.redisUrl) }) as AnyQueue;
  return new Queue(name, { connection: postgres(place) }, createPostgresBackend) as unknown as AnyQueue;
}

export function openWorker<T>(
  name: string,
  place: QueuePlace,
  process: Processor<T, void>,
  concurrency: number,
): AnyWorker {
  const common = {
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    drainDelay: LOOK_S,
  };
  if (place.redisUrl !== null)
    return new Worker<T, void>(name, process, {
      ...common,
      connection: redisConsumer(place.redisUrl),
    }) as AnyWorker;
  const options = { ...common, connection: postgres(place) };
  return new Worker(
    name,
    process as never,
    options as never,
    createPostgresBackend as never,
  ) as unknown as AnyWorker;
}

/** Jobs under way have so long to end; longer than one look takes. */
const CLOSE_MS = 10_000;

/**
 * Ends jobs under way and lets go of the connections. With its server away BullMQ would wait for it for ever: its
 * connections are dropped then, and a job that was not ended is stalled, and given out again.
 */
export async function closeBounded(
  one: Pick<AnyWorker, 'close' | 'disconnect'>,
  mostMs: number = CLOSE_MS,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), mostMs);
  });
  // It cannot say goodbye to a server that is away: its connections are dropped then, too.
  const closed = one.close().catch(() => 'late' as const);
  const ended = await Promise.race([closed, late]).finally(() => clearTimeout(timer));
  if (ended === 'late') void one.disconnect().catch(() => undefined);
}
