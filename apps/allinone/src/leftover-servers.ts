import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { endProcess, type ProcessIdentity } from '#libs/processes';

/** Ends model servers whose worker was killed before it could end them; their records say who they are. */
export async function endLeftoverServers(home: string): Promise<void> {
  const folder = path.join(home, 'deployments');
  const files = await readdir(folder).catch(() => []);
  await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) => {
        const record = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as {
          process: ProcessIdentity;
        };
        await endProcess(record.process, 2_000);
        await rm(path.join(folder, file), { force: true });
      }),
  );
}
