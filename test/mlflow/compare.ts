import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBenchDatabase } from '../../bench/database.ts';
import { startApi } from '../support/api.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { installMlflow, startMlflow } from '../../examples/mlflow/tracking-server.ts';
import { playAlike } from './alike.ts';
import { playServed } from './served.ts';
import { playSources } from './sources.ts';

/** `npm run test:mlflow`: the real client against MLflow's own server and ours; the answers must agree field by field. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Step {
  readonly step: string;
  readonly result: unknown;
}

const python = installMlflow(say);
const home = await mkdtemp(path.join(tmpdir(), 'understudy-mlflow-'));
const theirs = await startMlflow(python, `sqlite:///${home}/mlflow.db`, home);
const postgres = await startBenchDatabase();
const api = await startApi();
try {
  const expected = await transcript(theirs.url, {});
  const token = await api.token('publish', 'read');
  // As the client sends it: a password, with any user's name.
  const actual = await transcript(api.url, {
    MLFLOW_TRACKING_USERNAME: 'ci',
    MLFLOW_TRACKING_PASSWORD: token,
  });
  const bearer = await transcript(api.url, { MLFLOW_TRACKING_TOKEN: token }, 'registry_bearer.py');
  const story = await playServed(python, theirs.url, home, say);
  const sources = await playSources(python, theirs.url, home, say);
  const alike = await playAlike(python, theirs.url, home, say);
  const failed =
    differences(expected, actual) +
    (bearer.at(-1)?.result === 'ok' ? 0 : 1) +
    story.failed +
    sources.failed +
    alike.failed;
  const total = expected.length + 1 + story.total + sources.total + alike.total;
  say(`${total - failed} passed, ${failed} failed, 0 skipped`);
  if (failed > 0) process.exitCode = 1;
} finally {
  await api.close();
  await postgres.destroy();
  await theirs.stop();
  await rm(home, { recursive: true, force: true });
}

function transcript(url: string, env: Record<string, string>, script = 'registry_calls.py'): Promise<Step[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [path.resolve('test/mlflow', script), url], {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0', ...env },
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('exit', (code) => {
      if (code !== 0) return reject(new Error(`${script} ended with ${String(code)}:\n${err.slice(-3_000)}`));
      resolve(
        out
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as Step),
      );
    });
  });
}

/** @returns in how many steps the two do not agree; a known difference must be there, and be just so */
function differences(expected: readonly Step[], actual: readonly Step[]): number {
  let failed = 0;
  for (const [i, { step, result }] of expected.entries()) {
    const ours = actual[i];
    const known = KNOWN_DIFFERENCES[step];
    const wanted = JSON.stringify(known ? known.ours : result);
    const got = JSON.stringify(ours?.step === step ? ours.result : `step ${ours?.step ?? 'missing'}`);
    if (wanted === got) continue;
    failed++;
    say(`✕ ${step}\n    mlflow: ${JSON.stringify(result)}\n    wanted: ${wanted}\n    ours:   ${got}`);
  }
  return failed;
}
