// `npm run docs`: docs/ as a site, in dist/docs. Its generator has a package of its own (site/), which nobody needs to run or test Understudy.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SITE = 'site';

/** Installs the generator when it is not the one of the lock file, and builds. @returns the exit code */
export function buildSite() {
  const stamp = path.join(SITE, 'node_modules/.understudy-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(SITE, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    process.stdout.write('Installing the generator of the site …\n');
    const code = inSite('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) return code;
    writeFileSync(stamp, wanted);
  }
  // Fails on a link that leads nowhere.
  return inSite(process.execPath, ['node_modules/vitepress/bin/vitepress.js', 'build']);
}

function inSite(command, args) {
  const env = { ...process.env, DO_NOT_TRACK: '1' };
  return (
    spawnSync(command, args, { cwd: SITE, stdio: 'inherit', env, shell: process.platform === 'win32' })
      .status ?? 1
  );
}
