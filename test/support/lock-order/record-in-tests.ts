import { afterAll } from '@jest/globals';
import { recordLocks, takeProblems } from './record-locks.ts';

// For every file of tests that uses a database.
recordLocks();
afterAll(() => {
  const problems = takeProblems();
  if (problems.length > 0)
    throw new Error(
      `Transactions break the order of locks (libs/db/src/work/lock-order.ts):\n\n${problems.join('\n\n')}`,
    );
});
