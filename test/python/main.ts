import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBenchDatabase } from '../../bench/database.ts';
import { startInstallation } from '../support/installation.ts';
import { json, startModelServer } from '../support/model-servers/model-server.ts';
import { installClient } from './install-client.ts';
import { playPython } from './play-python.ts';

/**
 * `npm run test:python`: the Python client against a real installation (api, worker, gateway, two model servers); mypy over it; and its wheel, built and
 * imported where nothing else of ours is. Where there is no Python or no PyPI, that is said and counted as skipped.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const home = await mkdtemp(path.join(tmpdir(), 'understudy-python-'));
const programs = installClient(say);
if (programs === null) say('0 passed, 0 failed, 1 skipped');
else await play(programs);
await rm(home, { recursive: true, force: true });

async function play(bin: string): Promise<void> {
  const postgres = await startBenchDatabase();
  const good = await startModelServer((_request, _body, response) => json(response, { predictions: [1] }));
  const bad = await startModelServer((_request, _body, response) => json(response, { error: 'broken' }, 500));
  const installation = await startInstallation({
    ...{ ARTIFACT_FOLDER: path.join(home, 'uploads'), SWEEP_MS: '150' },
  });
  try {
    const { passed, failed, skipped, lines } = await playPython(bin, home, {
      UNDERSTUDY_URL: installation.api.url,
      UNDERSTUDY_TOKEN: await installation.api.token('admin', 'feedback'),
      TEST_READ_TOKEN: await installation.api.token('read'),
      TEST_GATEWAY_URL: installation.gatewayUrl,
      TEST_GOOD_URL: good.url,
      TEST_BAD_URL: bad.url,
    });
    lines.forEach(say);
    say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await installation.close();
    await good.stop();
    await bad.stop();
    await postgres.destroy();
  }
}
