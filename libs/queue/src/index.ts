export { assertRedisKeepsJobs, type AnyWorker, type QueuePlace } from './connection.ts';
export * from './rollout-queue.ts';
