import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { endRecordedServer, readServerRecord } from '#libs/processes';

/** Ends model servers whose worker was killed before it could end them; their records say who they are. */
export async function endLeftoverServers(home: string): Promise<void> {
  const folder = path.join(home, 'deployments');
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'));
  await Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const record = await readServerRecord(file);
      if (record) await endRecordedServer(file, record, 2_000);
      else await rm(file, { force: true });
    }),
  );
}
