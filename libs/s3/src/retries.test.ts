import { expect, it } from '@jest/globals';
import { pauseMs, S3_ATTEMPTS, s3Retries } from './retries.ts';

it.each([
  [1, 0, 100],
  [1, 1, 300],
  [3, 0.5, 800],
  [20, 0.5, 5_000],
])('before attempt %p + 1, with %p drawn: %p ms', (retry, drawn, ms) => {
  expect(pauseMs(retry, () => drawn)).toBe(ms);
});

it.each([
  ['THROTTLING', S3_ATTEMPTS - 1],
  ['TRANSIENT', S3_ATTEMPTS - 1],
  ['SERVER_ERROR', S3_ATTEMPTS - 1],
  ['CLIENT_ERROR', 0],
] as const)('%s is asked %p times more', async (errorType, times) => {
  const retries = s3Retries(() => 0);
  let [last, asked] = [await retries.acquireInitialRetryToken('x'), 0];
  for (; asked < 100; asked++) {
    const next = await retries.refreshRetryTokenForRetry(last, { errorType }).catch(() => null);
    if (next === null) break;
    last = next;
  }
  expect(asked).toBe(times);
});
