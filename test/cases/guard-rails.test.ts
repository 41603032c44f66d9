import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { startInstantIssuer } from '../support/instant-issuer.ts';
import { CASE_MS, play } from './play.ts';

const folder = path.resolve('test/cases/guard-rails');
const NEEDS: Record<string, string> = { '21-interim-answers.mjs': 'nginx' };

let installation: Installation;
let issuer: Awaited<ReturnType<typeof startInstantIssuer>>;

/** Situations from a review, each a program that plays one on a running installation and prints PASS or FAIL. */
describe('guard rails, played on a running installation', () => {
  beforeAll(async () => {
    issuer = await startInstantIssuer({ sub: 'anna', email: 'anna@x', email_verified: true, groups: ['ml'] });
    installation = await startInstallation({
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: 'understudy',
      OIDC_ROLES: 'ml=operator',
      // A gateway that holds more than it should does not live long.
      NODE_OPTIONS: '--max-old-space-size=256',
    });
  });
  afterAll(async () => {
    await installation.close();
    issuer.close();
  });

  for (const file of readdirSync(folder).filter((name) => /^\d/.test(name))) {
    const needed = NEEDS[file];
    const lacks = needed !== undefined && spawnSync('sh', ['-c', `command -v ${needed}`]).status !== 0;
    // Counted as skipped where what it needs is not installed.
    (lacks ? it.skip : it)(
      file.replace('.mjs', lacks ? ` (needs ${needed})` : ''),
      async () => {
        const { passed, output } = await play(path.join(folder, file), [], {
          API: installation.api.url,
          GW: installation.gatewayUrl,
          ADMIN: await installation.api.token('admin'),
          API_PID: String(installation.api.process.child.pid),
          GATEWAY_PID: String(installation.gateway.child.pid),
          CHECKOUT: path.resolve('.'),
        });
        if (!passed) throw new Error(`${file}\n${output}`);
        expect(passed).toBe(true);
      },
      CASE_MS + 10_000,
    );
  }
});
