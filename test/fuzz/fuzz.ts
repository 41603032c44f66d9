import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBenchDatabase } from '../../bench/database.ts';
import { startApi, type TestApi } from '../support/api.ts';
import { SMALL_POLICY } from '../support/builders.ts';
import { installPython } from '../../examples/mlflow/python-packages.ts';

/**
 * `npm run test:fuzz [examples] [seed]`: schemathesis calls every route with what OpenAPI allows and with what it does
 * not. There may be no 5xx, and no answer (status, content type, headers, shape) that is not described.
 */
const EXAMPLES = process.argv[2] ?? '15';
/** Boundaries of every field, one by one: four of five requests, and most of them are refused alike whatever the names are. */
const COVERAGE = 'coverage';
const SEED = process.argv[3] ?? '7';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'ignored_auth',
];
/** It never ends: a stream of routes, for as long as a gateway listens. */
const ENDLESS = ['/api/v1/gateway/routes', '/api/v1/stream'];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const programs = installPython('schemathesis', ['schemathesis==4.32.5'], say);
const home = await mkdtemp(path.join(tmpdir(), 'understudy-fuzz-'));
const postgres = await startBenchDatabase();
const api = await startApi({ ARTIFACT_FOLDER: path.join(home, 'uploads'), MAX_ARTIFACT_BYTES: '1000000' });
try {
  const token = await api.token('admin', 'gateway', 'feedback');
  const known = await prepare(api);
  // Once with names that do not exist, once with some that do: the deeper half of each handler. Whoever asks for a number
  // of examples has time for the boundaries with both.
  const shallow = process.argv[2] === undefined ? [] : [COVERAGE];
  const lost = await fuzz('names from nowhere', api.url, token, { known: {}, phases: shallow });
  const found = await fuzz('names of what is there', api.url, token, { known, phases: [COVERAGE] });
  const failed = [lost, found].filter((code) => code !== 0).length;
  say(`${2 - failed} passed, ${failed} failed, 0 skipped`);
  if (failed > 0) process.exitCode = 1;
} finally {
  await api.close();
  await postgres.destroy();
  await rm(home, { recursive: true, force: true });
}

/** Something of everything. */
async function prepare({ call }: TestApi): Promise<Record<string, string | number>> {
  await call('POST', '/models', { name: 'fuzzed' });
  for (let i = 0; i < 3; i++)
    await call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'fuzzed', source: 's3://b/m' });
  await call('PUT', '/models/fuzzed/aliases/champion', { version: 1 });
  const { body } = await call('POST', '/models/fuzzed/rollouts', { version: 1, policy: SMALL_POLICY });

  return {
    ...{ model: 'fuzzed', 'query.name': 'fuzzed', version: 1, alias: 'champion', 'query.alias': 'champion' },
    ...{ id: String(body['id']), digest: `sha256:${'0'.repeat(64)}` },
  };
}

interface Names {
  /** What schemathesis gives for these parameters in place of its own. */
  readonly known: Readonly<Record<string, string | number>>;
  /** Besides examples and fuzzing. */
  readonly phases: readonly string[];
}

async function fuzz(what: string, url: string, token: string, { known, phases }: Names): Promise<number> {
  const config = path.join(home, 'schemathesis.toml');
  const lines = Object.entries(known).map(([name, value]) => `"${name}" = ${JSON.stringify(value)}`);
  await writeFile(config, `[parameters]\n${lines.join('\n')}\n`);
  const args = ['--config-file', config, 'run', `${url}/api/openapi.json`, '--seed', SEED];
  const how = ['--header', `Authorization: Bearer ${token}`, '--checks', CHECKS.join(',')];
  const bounds = [
    '--max-examples',
    EXAMPLES,
    '--request-timeout',
    '20',
    '--no-shrink',
    '--continue-on-failure',
  ];
  const scope = [
    ...ENDLESS.flatMap((path) => ['--exclude-path', path]),
    '--phases',
    ['examples', ...phases, 'fuzzing'].join(','),
  ];
  const quiet = ['--suppress-health-check', 'all', '--warnings', 'off'];
  const child = spawn(path.join(programs, 'schemathesis'), [...args, ...how, ...bounds, ...scope, ...quiet], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, COLUMNS: '120' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
  const cases = /^\s*(\d+ generated.*)$/m.exec(out)?.[1] ?? 'no summary';
  say(`${what}: ${cases}`);
  if (code !== 0)
    say(
      out
        .split('\n')
        .map((line) => line.slice(0, 400))
        .join('\n'),
    );
  return code;
}
