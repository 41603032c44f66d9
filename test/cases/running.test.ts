import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { freePort } from '#libs/processes';
import { chromiumPath } from '../dashboard/browser.ts';
import { CASE_MS, play } from './play.ts';

const lacksBrowser = (file: string): boolean => file === 'case-dashboard-tabs.mjs' && chromiumPath === null;

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

  for (const file of readdirSync(path.resolve('test/cases', folder)).filter((name) =>
    name.startsWith('case-'),
  ))
    // Counted as skipped where there is no browser.
    (lacksBrowser(file) ? it.skip : it)(
      file,
      async () => {
        const args = [
          installation.api.url,
          installation.gatewayUrl,
          await installation.api.token('admin', 'operate', 'publish', 'read'),
        ];
        const { passed, output } = await play(path.resolve('test/cases', folder, file), args, {
          PROM_PORT: String(prometheusPort),
          CHROMIUM: chromiumPath ?? '',
        });
        if (!passed) throw new Error(`${file}\n${output}`);
        expect(passed).toBe(true);
      },
      CASE_MS + 10_000,
    );
});
