// The one entry of `npm start`, `npm run demo` and `npm test`: installs and builds what is missing,
// then runs it. Plain JavaScript without dependencies, since nothing may be installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSite } from './build-site.mjs';
import { olderBuild } from './older-build.mjs';
import { closingLines, forSecondAttempt } from './test-attempts.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const [task = 'start', ...rest] = process.argv.slice(2);
/** Callers' bytes, peers in chaos on all sides, and what other proxies in front make of the answers. */
const GATEWAY_FUZZERS = ['request-reading', 'chaos-peer', 'in-front-of-gateway', 'upstream-answers'];

/** How much of it each long test does at night, where nothing has a second attempt. */
const NIGHTLY = {
  TEST_ATTEMPTS: '1',
  // Tests start the very files that are shipped, not what is packed of them.
  PACKED: 'off',
  ...{ COVERAGE_STREAMS: '10000', MODEL_RUNS: '10000', STORE_RUNS: '300', ZOO_SEEDS: '20' },
  ...{ RACING_MODELS: '200', RACE_ROUNDS: '1000', PROPERTY_SEED: 'random' },
  ...{
    PRINTED_TEXTS: '5',
    DYING_STREAM_CALLERS: '100000',
    AWAY_MS: '60000',
    WORKER_STOPS: '6',
    DEADLOCK_ROUNDS: '40',
  },
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Understudy needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
}

// The site needs nothing of what is installed and built below.
if (task === 'docs') process.exit(buildSite());
install();
if (task !== 'install') build();
if (task === 'start') await run('dist/apps/allinone/src/main.js');
else if (task === 'demo') await run('dist/examples/demo/main.js');
else if (task === 'cli') await run('dist/apps/cli/src/main.js');
else if (task === 'drift') await run('dist/scripts/drift.js');
else if (task === 'client') await run('dist/scripts/write-client.js');
else if (task === 'schema') await run('dist/scripts/write-schema.js');
else if (task === 'bench') await bench();
else if (task === 'test') test();
else if (task === 'test:nightly') nightly();
else if (task === 'test:mutants') await run('dist/test/model/mutants/main.js');
else if (task === 'test:faults') await run('dist/test/faults/rehearsal/main.js');
else if (task === 'test:fuzz') await fuzz();
else if (task === 'test:mlflow') await run('dist/test/mlflow/compare.js');
else if (task === 'test:python') await run('dist/test/python/main.js');
else if (task !== 'build' && task !== 'install') fail(`unknown task ${task}`);

/**
 * Installs by the lock file when it is not the one that was installed. Not `npm ci`: that refuses a
 * lock file that lacks optional packages of other platforms, which a partial registry mirror leaves out.
 */
function install() {
  const stamp = path.join('node_modules', '.understudy-installed');
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // A link is to the packages of another folder: npm would put its own in the link's place, or empty those files.
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) return;
  process.stdout.write('Installing dependencies …\n');
  const done = spawnSync(
    'npm',
    [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--include=dev',
      '--include=optional',
      '--ignore-scripts',
    ],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
      // Besides .npmrc, which lets no dependency run anything: https://consoledonottrack.com
      env: { ...process.env, DO_NOT_TRACK: '1', SCARF_ANALYTICS: 'false' },
    },
  );
  if (done.status !== 0) fail('npm install failed; its reason is above.');
  writeFileSync(stamp, wanted);
}

/** tsc, when a source is newer than the last build. */
function build() {
  const stamp = path.join('dist', '.built');
  const newest = Math.max(
    ...['apps', 'libs', 'migrations', 'examples', 'scripts', 'test', 'bench'].map(newestIn),
    mtime('tsconfig.json'),
    mtime('tsconfig.build.json'),
  );
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  process.stdout.write('Building …\n');
  for (const project of ['tsconfig.build.json', 'tsconfig.client.json', 'apps/dashboard/tsconfig.json'])
    tsc(project);
  const vite = [
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'apps/dashboard/vite.config.ts',
    '--logLevel',
    'error',
  ];
  if (spawnSync(process.execPath, vite, { stdio: 'inherit' }).status !== 0)
    fail('The dashboard was not built; the reason is above.');
  mkdirSync('dist', { recursive: true });
  writeFileSync(stamp, '');
}

function tsc(project) {
  // CI says so where `npm run typecheck` has just looked at the same files.
  const unchecked = process.env.BUILD_IS_CHECKED === '1' ? ['--noCheck'] : [];
  const args = ['node_modules/typescript/bin/tsc', '-p', project, ...unchecked];
  const done = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (done.status !== 0) fail('The build failed; its reason is above.');
}

function newestIn(folder) {
  if (!existsSync(folder)) return 0;
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|css|html|svg)$/.test(entry.name))
      .map((entry) => mtime(path.join(entry.parentPath, entry.name))),
  );
}

function mtime(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

/** In this very process, so that signals reach it. */
async function run(file) {
  process.argv.splice(1, process.argv.length - 1, path.resolve(file), ...rest);
  await import(pathToFileURL(path.resolve(file)).href);
}

async function bench() {
  const [name = ''] = rest;
  const file = path.join('dist', 'bench', `${name}.js`);
  if (!/^[a-z][a-z-]*$/.test(name) || !existsSync(file)) fail('Name a benchmark: npm run bench -- engine');
  await run(file);
}

/** All tests, or those that are named; files of processes that failed once more, alone (docs/adr/0020). */
function test(env = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-tests-'));
  const attempt = (number, args) => {
    const file = path.join(folder, `${number}.json`);
    const code = jest(args, { ...env, TEST_RESULTS: file });
    // None when jest itself has ended badly, or was asked for something else than to run tests.
    const { files = null, isWhole = false } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    return { code, files, isWhole };
  };
  const first = attempt(1, rest);
  const attempts = Number(env.TEST_ATTEMPTS ?? process.env.TEST_ATTEMPTS ?? 2);
  // Whoever asks jest for something by an option means this one run.
  const mayRepeat = first.code !== 0 && attempts > 1 && !rest.some((arg) => arg.startsWith('-'));
  const again = mayRepeat ? forSecondAttempt(first.files ?? [], first.isWhole) : [];
  if (again.length > 0) process.stdout.write(`\nA second attempt, alone: ${again.join(', ')}\n`);
  const second = again.length > 0 ? attempt(2, ['--maxWorkers=1', '--runTestsByPath', ...again]) : null;
  rmSync(folder, { recursive: true });
  if (first.files) process.stdout.write(closingLines(first.files, second?.files ?? []));
  process.exit((second?.files ? second : first).code);
}

/** What each run of the tests has a bounded share of, in full: hours. */
function nightly() {
  const older = process.env.OLDER_BUILD ?? olderBuild();
  test(older === null ? NIGHTLY : { ...NIGHTLY, OLDER_BUILD: older });
}

/** @returns its exit code */
function jest(args, env = {}) {
  const done = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      ...args,
    ],
    { stdio: 'inherit', env: { ...process.env, ...env } },
  );
  return done.status ?? 1;
}

/**
 * `test:fuzz [examples] [seed]`: every route of the api. `test:fuzz gateway [seconds] [seed]`: the gateway's
 * fuzzers, 10 minutes in all; they share the time and read it by test/support/fuzz-budget.ts.
 */
async function fuzz() {
  const [what, seconds = '600', seed = String(Date.now() % 2 ** 31)] = rest;
  if (what !== 'gateway') return run('dist/test/fuzz/fuzz.js');
  if (!/^[1-9]\d{0,5}$/.test(seconds) || !/^\d{1,10}$/.test(seed))
    fail('Say how many seconds, and which seed, as whole numbers: npm run test:fuzz -- gateway 600 7');
  const files = readdirSync('test/e2e').filter((name) => GATEWAY_FUZZERS.some((one) => name.startsWith(one)));
  process.stdout.write(`seed ${seed}, ${seconds} s: ${files.join(', ')}\n`);
  const each = String(Number(seconds) / files.length);
  const paths = files.map((name) => `test/e2e/${name}`);
  process.exit(jest(['--maxWorkers=1', '--verbose', ...paths], { FUZZ_SECONDS: each, FUZZ_SEED: seed }));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
