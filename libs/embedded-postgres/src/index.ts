export { startEmbeddedPostgres, type RunningPostgres } from './embedded-postgres.ts';
