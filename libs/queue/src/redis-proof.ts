import { Redis } from 'ioredis';
import { DomainError } from '#libs/kernel';
import { infoProblem, writeProblem } from './redis-problems.ts';

/** A Redis that accepts connections and says nothing is given up after this. */
const ANSWER_MS = 5_000;
const PROOF_KEY = 'understudy:proof';
const PROOF = `redis.call('SET', KEYS[1], ARGV[1], 'PX', 1000) return redis.call('GET', KEYS[1])`;

/**
 * Proves at boot what jobs need of Redis: a single primary (no Redis Cluster, Sentinel or replica) of a version that
 * BullMQ runs on, which evicts nothing and lets us write by Lua.
 * @throws DomainError (`redis_…`) with what to do about it in one sentence
 */
export async function assertRedisKeepsJobs(redisUrl: string): Promise<void> {
  const client = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  });
  // ioredis says why a connection failed here, and only "Connection is closed" to who asked for it.
  let why: Error | null = null;
  client.on('error', (error: Error) => (why = error));
  try {
    await withinTime(client.connect());
    const problem = infoProblem(await client.info());
    if (problem !== null) throw problem;
    const answer: unknown = await client
      .eval(PROOF, 1, PROOF_KEY, 'written')
      .catch((error: unknown) => Promise.reject(writeProblem((error as Error).message)));
    if (answer !== 'written') throw writeProblem(`it answers ${JSON.stringify(answer)}`);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw unreachable(why ?? (error as Error));
  } finally {
    client.disconnect();
  }
}

/** The connection's own time-outs begin when it is open; this one holds for all of its greeting too. */
async function withinTime(connecting: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing for ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  await Promise.race([connecting, late]).finally(() => clearTimeout(timer));
}

function unreachable({ message }: Error): DomainError {
  if (/NOAUTH|WRONGPASS|invalid password|without any password/i.test(message)) {
    return new DomainError(
      'unavailable',
      'redis_password',
      `Redis at REDIS_URL refuses the password (${message}). Put the right one into REDIS_URL: redis://:<password>@host:6379.`,
    );
  }
  return new DomainError(
    'unavailable',
    'redis_unreachable',
    `Redis at REDIS_URL does not answer (${message}). Start it, mend REDIS_URL, or unset it to keep jobs in PostgreSQL.`,
  );
}
