export * from './health-server.ts';
export * from './listen.ts';
export * from './logger.ts';
export * from './repeated-errors.ts';
export * from './rotate-logs.ts';
export * from './run-process.ts';
export { AggregatorRegistry as ClusterRegistry, Counter, Gauge, Registry } from 'prom-client';
