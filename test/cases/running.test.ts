import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { freePort } from '#libs/processes';
import { CASE_MS, play } from './play.ts';

let installation: Installation;
let prometheusPort: number;

/** Answers as model servers give them, and rollouts as people run them: `node case-NAME.mjs API GATEWAY TOKEN`. */
describe.each(['answers', 'rollouts', 'infrastructure'])('%s, played on a running installation', (folder) => {
  beforeAll(async () => {
    prometheusPort = await freePort(0);
    // With credentials, as managed ones have it; the cases play Prometheus there.
    const PROMETHEUS_URL = `http://user:secret@127.0.0.1:${prometheusPort}`;
    installation = await startInstallation({ PROMETHEUS_URL });
  });
  afterAll(() => installation.close());

  it.each(readdirSync(path.resolve('test/cases', folder)).filter((name) => name.startsWith('case-')))(
    '%s',
    async (file) => {
      const args = [
        installation.api.url,
        installation.gatewayUrl,
        await installation.api.token('admin', 'operate', 'publish', 'read'),
      ];
      const { passed, output } = await play(path.resolve('test/cases', folder, file), args, {
        PROM_PORT: String(prometheusPort),
      });
      if (!passed) throw new Error(`${file}\n${output}`);
      expect(passed).toBe(true);
    },
    CASE_MS + 10_000,
  );
});
