import { expect, it } from '@jest/globals';
import { FailedAttempts } from './failed-attempts.ts';
import type { LoggedRequest } from './logged-request.ts';

const attempt = (requestId: string, version: number | null, endMs = 1): LoggedRequest =>
  ({ kind: 'attempt', requestId, version, endMs }) as LoggedRequest;

it('an id that several requests have: each version has its own attempt, the newest one', () => {
  const attempts = new FailedAttempts();
  attempts.add(attempt('same', 1, 10));
  attempts.add(attempt('same', 2, 20));
  attempts.add(attempt('same', 2, 30));
  expect(attempts.take('same', 2)?.endMs).toBe(30);
  expect(attempts.take('same', 2)).toBeNull();
  expect(attempts.take('same', 1)?.endMs).toBe(10);
});

it('ids are what callers write: none that is too long is kept', () => {
  const attempts = new FailedAttempts();
  const long = 'x'.repeat(50_000);
  attempts.add(attempt(long, 2));
  expect(attempts.take(long, 2)).toBeNull();
  attempts.add(attempt('x', null));
  expect(attempts.take('x', 2)).toBeNull();
});

it('of more than it keeps, the oldest go', () => {
  const attempts = new FailedAttempts();
  for (let i = 0; i < 10_001; i++) attempts.add(attempt(`id-${i}`, 2));
  expect(attempts.take('id-0', 2)).toBeNull();
  expect(attempts.take('id-1', 2)).not.toBeNull();
});
