export * from './batch.ts';
export * from './batch-answer.ts';
export * from './entries.schema.ts';
export * from './limits.ts';
export * from './routes.ts';
export * from './told-route.ts';
export * from './split-batch.ts';
export * from './version.ts';
