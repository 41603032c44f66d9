import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What upgrades are rehearsed from (test/faults/upgrade.test.ts): the last one before the migration that it waits for. */
const OLDER_COMMIT = '22d0d60';

/**
 * Builds an older build from the repository's history, with the packages of its own lock file.
 *
 * @returns {string | null} its folder, gone when this process ends; `null` where it cannot be built, which is said:
 *   the tests that need it are skipped then, and counted so
 */
export function olderBuild() {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-older-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const archive = path.join(folder, 'older.tar');
  const steps = [
    ['git', ['archive', `--output=${archive}`, OLDER_COMMIT], process.cwd(), 'is not in the history here'],
    ['tar', ['-xf', archive], folder, 'cannot be unpacked'],
    [process.execPath, ['scripts/run.mjs', 'build'], folder, 'cannot be built'],
  ];
  for (const [command, args, cwd, problem] of steps) {
    if (spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0) continue;
    process.stdout.write(`The older build ${OLDER_COMMIT} ${problem}: upgrades are not rehearsed.\n`);
    return null;
  }
  return folder;
}
