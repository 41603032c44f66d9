import process from 'node:process';
import { jest } from '@jest/globals';

/** Tests of processes have a second attempt, which is counted and named (docs/adr/0020). TEST_ATTEMPTS=1: none. */
const attempts = Number(process.env.TEST_ATTEMPTS ?? 2);
if (attempts > 1) jest.retryTimes(attempts - 1, { logErrorsBeforeRetry: true, retryImmediately: true });
