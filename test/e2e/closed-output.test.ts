import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { freePort } from '#libs/processes';
import { freshDatabase } from '../support/databases/database.ts';
import { eventually } from '../support/installation.ts';

it('npm start goes on, and ends well, when whoever reads its output has gone', async () => {
  const [database, home, ports] = [
    await freshDatabase(),
    await mkdtemp(path.join(tmpdir(), 'understudy-closed-')),
    await Promise.all([freePort(), freePort()]),
  ];
  const child = spawn(process.execPath, ['dist/apps/allinone/src/main.js'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env['PATH'], HOME: home, UNDERSTUDY_HOME: home, DATABASE_URL: database.url },
      ...{ API_PORT: String(ports[0]), GATEWAY_PORT: String(ports[1]), DEPLOYER_USERS: 'off' },
    },
  });
  try {
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stderr.destroy();
    const ready = (): Promise<number> =>
      fetch(`http://127.0.0.1:${ports[0]}/readyz`).then(
        ({ status }) => status,
        () => child.exitCode ?? 0,
      );
    await eventually(ready, (status) => status === 200, 45_000);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await database.drop();
    await rm(home, { recursive: true, force: true });
  }
}, 90_000);
