import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { redisProducer } from './connection.ts';

/** Whoever asks waits so long at most for Redis; then their own process counts. */
const ANSWER_MS = 500;
/** A connection that owes an answer for as long is closed. Until then each request may wait `ANSWER_MS`. */
const SILENT_MS = 1_000;
/** A start waits so long for its first connection. */
const FIRST_MS = 1_000;
const PREFIX = 'understudy:limit';

/** Counts that all processes on one Redis share. */
export interface SharedLimits {
  /** @param points so many in a window of `seconds`, which begins with the first */
  limiter(name: string, points: number, seconds: number): { consume(key: string): Promise<RateLimiterRes> };
  close(): void;
}

/**
 * A Redis that is away, silent, full or read-only makes `consume` fail at once or within half a second, and is used again as soon as
 * it answers. What is over its limit is kept in the process until its window ends, so that refusals cost Redis nothing.
 * `consume` rejects with a `RateLimiterRes` for one too many, else with why Redis does not count.
 */
export async function sharedLimits(redisUrl: string): Promise<SharedLimits> {
  const { url, ...options } = redisProducer(redisUrl);
  const client = new Redis(url, { ...options, commandTimeout: ANSWER_MS, socketTimeout: SILENT_MS });
  let why: Error | null = null;
  client.on('error', (error: Error) => (why = error));
  client.on('ready', () => (why = null));
  await firstConnection(client);
  return {
    limiter: (name, points, seconds) => {
      const limiter = new RateLimiterRedis({
        storeClient: client,
        rejectIfRedisNotReady: true,
        keyPrefix: `${PREFIX}:${name}`,
        ...{ points, duration: seconds, inMemoryBlockOnConsumed: points + 1 },
      });
      return {
        consume: (key) =>
          limiter.consume(key).catch((error: unknown) => {
            throw error instanceof RateLimiterRes ? error : (why ?? error);
          }),
      };
    },
    close: () => client.disconnect(),
  };
}

function firstConnection(client: Redis): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FIRST_MS);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
