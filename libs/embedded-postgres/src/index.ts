export { startEmbeddedPostgres, type RunningPostgres } from './embedded-postgres.ts';
export { runningPostgres } from './running-postgres.ts';
