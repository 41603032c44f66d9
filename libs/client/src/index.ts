export * from './client.ts';
export * from './seen.ts';
export * from './stream.ts';
export type { components, paths } from './api.ts';
