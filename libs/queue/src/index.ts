export { migrateQueue, openQueue, type AnyWorker, type QueuePlace } from './connection.ts';
export { assertRedisKeepsJobs } from './redis-proof.ts';
export * from './rollout-queue.ts';
export { sharedLimits } from './shared-limits.ts';
