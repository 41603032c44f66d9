import './hear-errors.ts';
export * from './connection-bounds.ts';
export * from './pool-connections.ts';
export * from './database-failure.ts';
export * from './copy.ts';
export * from './followed-work.ts';
