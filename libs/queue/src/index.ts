export { assertRedisKeepsJobs, openQueue, type AnyWorker, type QueuePlace } from './connection.ts';
export * from './rollout-queue.ts';
