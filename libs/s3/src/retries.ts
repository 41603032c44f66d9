import type { S3ClientConfig } from '@aws-sdk/client-s3';

/** How often something is asked before it is given up: over 3 to 10 seconds. */
export const S3_ATTEMPTS = 6;
const FIRST_MS = 200;
const MOST_MS = 5_000;

/**
 * How long to wait before asking again: twice as long each time, and each client for a time of its own. All of them together
 * are why S3 says `SlowDown`. Pure.
 * @param retry from 1
 * @param random from 0 to 1
 */
export const pauseMs = (retry: number, random: () => number): number =>
  Math.min(MOST_MS, FIRST_MS * 2 ** (retry - 1)) * (0.5 + random());

type Strategy = Extract<
  Exclude<S3ClientConfig['retryStrategy'], (() => unknown) | undefined>,
  { acquireInitialRetryToken: unknown }
>;
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

const token = (retries: number, delayMs: number): Token => ({
  getRetryCount: () => retries,
  getRetryDelay: () => delayMs,
});

/** For the SDK's client: asks again what a server says it cannot now (503 `SlowDown`, 429, any other 5xx), or what was lost on the way. */
export function s3Retries(random: () => number): Strategy {
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (last, { errorType, error }) => {
      const retry = last.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR' || retry >= S3_ATTEMPTS) throw error ?? new Error('S3 failed');
      return token(retry, pauseMs(retry, random));
    },
    recordSuccess: () => undefined,
  };
}
