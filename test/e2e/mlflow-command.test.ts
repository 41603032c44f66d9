import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, startInstallation, type Installation } from '../support/installation.ts';

/* What an MLflow client registers is served by the operator's command, which finds the files by itself. */
const TOKEN = 'planted-token-of-a-tracking-server';
const SERVER = pathToFileURL(path.resolve('dist/examples/model-server/main.js')).href;
/** Serves a file that a source names; of any other source it says what it got, and ends. */
const LAUNCHER = `
const [source, port, model] = process.argv.splice(2);
if (!source.endsWith('.onnx')) {
  console.error('cannot read ' + source + ' by ' + process.env.MLFLOW_TRACKING_TOKEN + '; ' + process.env.DATABASE_URL);
  process.exit(1);
}
process.argv.push('--artifact', source, '--port', port, '--model', model);
await import('${SERVER}');
`;
const ONNX = path.resolve('examples/models/digits-v1.onnx');

let folder: string;
let its: Installation;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-command-'));
  await writeFile(path.join(folder, 'launch.mjs'), LAUNCHER);
  its = await startInstallation({
    DEPLOYER_COMMAND: `"${process.execPath}" "${folder}/launch.mjs" {source} {port} {model}`,
    DEPLOYER_ENV: 'MLFLOW_*',
    DEPLOYER_USERS: 'off',
    MLFLOW_TRACKING_TOKEN: TOKEN,
  });
});
afterAll(async () => {
  await its.close();
  await rm(folder, { recursive: true, force: true });
});

const call = async (method: string, to: string, body?: Json): Promise<Json> =>
  (await its.api.call(method, to, body)).body;

async function registers(name: string, source: string): Promise<void> {
  await call('POST', '/api/2.0/mlflow/registered-models/create', { name });
  // Nothing has to say where it answers: the command serves it.
  expect(await call('PATCH', `/models/${name}`, { autoRollout: true })).toMatchObject({ autoRollout: true });
  await call('POST', '/api/2.0/mlflow/model-versions/create', { name, source });
}

it('from its registration to primary, with nothing by hand', async () => {
  await registers('digits', ONNX);
  await eventually(
    () => call('GET', '/models/digits'),
    ({ primary }) => primary === 1,
    60_000,
  );
  const answer = await eventually(
    () => fetch(`${its.gatewayUrl}/models/digits/v2/models/digits`),
    ({ status }) => status === 200,
  );
  expect(await answer.json()).toMatchObject({ name: 'digits' });
});

it('says why the command failed, without what it was given in confidence', async () => {
  await registers('lost', 's3://bucket/lost');
  const { deployment, ...version } = await eventually(
    () => call('GET', '/models/lost/versions/1'),
    (it) => it['deployment']?.because.includes('cannot read'),
    60_000,
  );
  expect(version).toMatchObject({ artifact: null, servingUrl: null });
  expect(deployment.because).toContain('cannot read s3://bucket/lost by ');
  expect(deployment.because).toContain('; undefined');
  const { items } = await call('GET', '/audit?model=lost');
  for (const said of [JSON.stringify(items), its.worker.output(), JSON.stringify(deployment)])
    expect(said).not.toContain(TOKEN);
});
