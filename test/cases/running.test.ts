import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { freePort } from '#libs/processes';
import { chromiumPath } from '../dashboard/browser.ts';
import { play, type Played, PLAYED_MS, playSeveral } from './play.ts';

const FOLDERS = ['rollouts', 'answers', 'infrastructure'];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(path.resolve('test/cases', folder))
    .filter((name) => name.startsWith('case-'))
    .map((name) => path.join(folder, name)),
);
const lacksBrowser = (file: string): boolean =>
  file.endsWith('case-dashboard-tabs.mjs') && chromiumPath === null;
const playable = files.filter((file) => !lacksBrowser(file));
/** They play Prometheus, on the one port where the installation looks for it. */
const ofPrometheus = playable.filter((file) =>
  readFileSync(path.resolve('test/cases', file), 'utf8').includes("from './prom.mjs'"),
);

let installation: Installation;
let prometheusPort: number;
let played: ReadonlyMap<string, Promise<Played>>;

/** Answers as model servers give them, and rollouts as people run them: `node case-NAME.mjs API GATEWAY TOKEN`. */
describe('played on a running installation', () => {
  beforeAll(async () => {
    prometheusPort = await freePort(0);
    // With credentials, as managed ones have it; the cases play Prometheus there.
    const PROMETHEUS_URL = `http://user:secret@127.0.0.1:${prometheusPort}`;
    installation = await startInstallation({ PROMETHEUS_URL });
    const others = playable.filter((file) => !ofPrometheus.includes(file)).map((file) => [file]);
    played = playSeveral([ofPrometheus, ...others], [], playOne);
  });
  afterAll(() => installation.close());

  const playOne = async (file: string): Promise<Played> => {
    const args = [
      installation.api.url,
      installation.gatewayUrl,
      await installation.api.token('admin', 'operate', 'publish', 'read'),
    ];
    return play(path.resolve('test/cases', file), args, {
      PROM_PORT: String(prometheusPort),
      CHROMIUM: chromiumPath ?? '',
    });
  };

  for (const file of files)
    // Counted as skipped where there is no browser.
    (lacksBrowser(file) ? it.skip : it)(
      file,
      async () => {
        const { passed, output } = (await played.get(file))!;
        if (!passed) throw new Error(`${file}\n${output}`);
        expect(passed).toBe(true);
      },
      PLAYED_MS,
    );
});
