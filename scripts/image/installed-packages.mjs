// The packages of npm that a release needs, as they are installed here by the lock: nothing is fetched.
import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** What lies within another package has an entry of its own; source maps and types are half of all bytes, and nothing reads them. */
const isNeeded = (file) => path.basename(file) !== 'node_modules' && !/\.(map|[cm]?ts)$/.test(file);

/**
 * Copies them below `into`.
 * @returns name, version, license and integrity of each
 * @throws Error when what is installed is not what the lock says
 */
export function copyPackages(lockFile, into) {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  // Optional ones are PostgreSQL's programs for `npm start`, and the bundler of the dashboard.
  const needed = Object.entries(packages).filter(
    ([place, of]) => place !== '' && !of.dev && !of.optional && !of.devOptional && !of.link,
  );
  return needed.map(([place, { version, license, integrity }]) => {
    const from = path.resolve(place);
    const manifest = path.join(from, 'package.json');
    const there = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : 'nothing';
    if (there !== version)
      throw new Error(
        `${place} is ${there} and not ${version}: node scripts/run.mjs install installs by the lock`,
      );
    const root = realpathSync(from);
    cpSync(root, path.join(into, place), {
      recursive: true,
      filter: (file) => file === root || isNeeded(file),
    });
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return { name, version, license, integrity };
  });
}
