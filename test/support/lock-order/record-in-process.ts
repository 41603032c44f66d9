import { recordLocks } from './record-locks.ts';

// Loaded by processes that tests start, before their main file.
recordLocks();
