// Starts the embedded PostgreSQL of a data folder as `npm start` does, in a process that a test may kill:
// `node embedded-postgres.mjs HOME` prints one line of JSON, and ends it on SIGTERM.
import { setInterval } from 'node:timers';
import { startEmbeddedPostgres } from '../../dist/libs/embedded-postgres/src/index.js';

try {
  const { url, pid, data, stop } = await startEmbeddedPostgres(process.argv[2]);
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ url, pid, data })}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error.code, detail: error.detail ?? String(error) })}\n`);
  process.exitCode = 1;
}
