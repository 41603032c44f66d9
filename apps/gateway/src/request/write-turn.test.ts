import { expect, it } from '@jest/globals';
import { turnTime } from './write-turn.ts';

const turnEnd = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('the time of a turn is one for all who ask in it, and goes on with the next', async () => {
  const first = turnTime();
  while (performance.now() < first + 2);
  expect(turnTime()).toBe(first);
  await turnEnd();
  const next = turnTime();
  expect(next).toBeGreaterThanOrEqual(first + 2);
  expect(next).toBeLessThanOrEqual(performance.now());
  await turnEnd();
});
