import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { CASE_MS, play } from './play.ts';

let installation: Installation;

/** Answers as model servers give them, and rollouts as people run them: `node case-NAME.mjs API GATEWAY TOKEN`. */
describe.each(['answers', 'rollouts'])('%s, played on a running installation', (folder) => {
  beforeAll(async () => {
    installation = await startInstallation();
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
      const { passed, output } = await play(path.resolve('test/cases', folder, file), args, {});
      if (!passed) throw new Error(`${file}\n${output}`);
      expect(passed).toBe(true);
    },
    CASE_MS + 10_000,
  );
});
