import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate, schemaDrift } from '#libs/db';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';

/** Do the migrations make exactly what the entities say? Prints the SQL that is missing, and fails then. */
const home = await mkdtemp(path.join(tmpdir(), 'understudy-drift-'));
const postgres = await startEmbeddedPostgres(home);
try {
  await migrate(postgres.url);
  const drift = await schemaDrift(postgres.url);
  for (const statement of drift) console.log(`${statement};`);
  console.log(
    drift.length === 0
      ? 'no drift: migrations and entities agree'
      : `drift: ${drift.length} statements are missing from migrations/`,
  );
  process.exitCode = drift.length === 0 ? 0 : 1;
} finally {
  await postgres.destroy();
}
