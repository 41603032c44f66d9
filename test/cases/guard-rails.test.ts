import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import { startInstantIssuer } from '../support/instant-issuer.ts';
import { play, type Played, PLAYED_MS, playSeveral } from './play.ts';

const folder = path.resolve('test/cases/guard-rails');
const NEEDS: Record<string, string> = { '21-interim-answers.mjs': 'nginx' };
const lacks = (file: string): boolean => {
  const needed = NEEDS[file];
  return needed !== undefined && spawnSync('sh', ['-c', `command -v ${needed}`]).status !== 0;
};
/** They fill or measure the gateway's memory, hold the api or measure how soon it answers, or use up what an address may ask. */
const ALONE = /^(11|13|15|17|31|32|33)-/;
const files = readdirSync(folder).filter((name) => /^\d/.test(name));
const playable = files.filter((file) => !lacks(file));

let installation: Installation;
let played: ReadonlyMap<string, Promise<Played>>;
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
    played = playSeveral(
      playable.filter((file) => !ALONE.test(file)).map((file) => [file]),
      playable.filter((file) => ALONE.test(file)),
      playOne,
    );
  });
  afterAll(async () => {
    await installation.close();
    issuer.close();
  });

  const playOne = async (file: string): Promise<Played> =>
    play(path.join(folder, file), [], {
      API: installation.api.url,
      GW: installation.gatewayUrl,
      ADMIN: await installation.api.token('admin'),
      API_PID: String(installation.api.process.child.pid),
      GATEWAY_PID: String(installation.gateway.child.pid),
      CHECKOUT: path.resolve('.'),
    });

  for (const file of files)
    // Counted as skipped where what it needs is not installed.
    (lacks(file) ? it.skip : it)(
      file.replace('.mjs', lacks(file) ? ` (needs ${NEEDS[file]})` : ''),
      async () => {
        const { passed, output } = (await played.get(file))!;
        if (!passed) throw new Error(`${file}\n${output}`);
        expect(passed).toBe(true);
      },
      PLAYED_MS,
    );
});
