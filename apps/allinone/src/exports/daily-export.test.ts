import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { exportDaily } from './daily-export.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-daily-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** @returns what was said first by a day whose run is this program */
async function saidOf(program: string, silentMs?: number): Promise<string> {
  const file = path.join(folder, 'run.mjs');
  await writeFile(file, program);
  const order = { to: folder, olderMs: 31 * 86_400_000 };
  let stop: (() => Promise<void>) | undefined;
  const said = await new Promise<string>((resolve) => {
    stop = exportDaily(order, {}, resolve, {
      program: file,
      ...(silentMs === undefined ? {} : { silentMs }),
    });
  });
  await stop?.();
  return said;
}

it.each([
  ['fails', `process.stderr.write('the disk is full\\n'); process.exitCode = 1`, /the disk is full/],
  [
    'is killed, as without memory',
    `process.kill(process.pid, 'SIGKILL')`,
    /ended by SIGKILL.*Nothing is lost/,
  ],
])('a run that %s is told', async (_what, program, words) => {
  expect(await saidOf(program)).toMatch(words);
});

it('a run that hangs, as on a disk of the network that is gone, is ended and told', async () => {
  expect(await saidOf('setInterval(() => undefined, 1_000)', 300)).toMatch(/ended by SIGKILL/);
});
