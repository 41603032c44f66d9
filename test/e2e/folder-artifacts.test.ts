import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, startInstallation, type Installation } from '../support/installation.ts';

/* An artifact that is a folder, from `understudy digest` to primary. */
const CLI = path.resolve('dist/apps/cli/src/main.js');
const SERVER = pathToFileURL(path.resolve('dist/examples/model-server/main.js')).href;
/** Serves the model of a folder, as a framework's own server does. */
const LAUNCHER = `
const [folder, port, model] = process.argv.splice(2);
process.argv.push('--artifact', folder + '/data/model.onnx', '--port', port, '--model', model);
await import('${SERVER}');
`;
const MOST = 1_000_000;

let folder: string;
let its: Installation;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-folder-'));
  await mkdir(path.join(folder, 'model/data'), { recursive: true });
  await copyFile('examples/models/digits-v1.onnx', path.join(folder, 'model/data/model.onnx'));
  await writeFile(path.join(folder, 'model/MLmodel'), 'flavors: { onnx: { data: data/model.onnx } }\n');
  await writeFile(path.join(folder, 'launch.mjs'), LAUNCHER);
  its = await startInstallation({
    DEPLOYER_COMMAND: `"${process.execPath}" "${folder}/launch.mjs" {artifact} {port} {model}`,
    DEPLOYER_USERS: 'off',
    MAX_ARTIFACT_BYTES: String(MOST),
  });
});
afterAll(async () => {
  await its.close();
  await rm(folder, { recursive: true, force: true });
});

const model = (): string => path.join(folder, 'model');
const digest = async (at: string, ...more: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [CLI, 'digest', at, ...more])).stdout;
const register = async (name: string, at: string, of: string): Promise<Json> =>
  (
    await its.api.call('POST', `/models/${name}/versions`, {
      artifact: { uri: pathToFileURL(at).href, digest: of },
      createModel: true,
      rollout: true,
    })
  ).body;

it('is digested, registered, fetched, served and promoted, and served again when the place is gone', async () => {
  const of = (await digest(model())).trim();
  expect(await digest(model(), '--manifest')).toBe(
    `understudy folder 1\n${(await digest(path.join(model(), 'MLmodel'))).slice(7, -1)}  MLmodel\n` +
      `${(await digest(path.join(model(), 'data/model.onnx'))).slice(7, -1)}  data/model.onnx\n`,
  );
  expect(await register('digits', model(), of)).toMatchObject({ version: 1, artifact: { digest: of } });
  await rm(model(), { recursive: true });
  await eventually(
    async () => (await its.api.call('GET', '/models/digits')).body,
    ({ primary }) => primary === 1,
    120_000,
  );
  const answer = await eventually(
    () => fetch(`${its.gatewayUrl}/models/digits/v2/models/digits`),
    ({ status }) => status === 200,
  );
  expect(await answer.json()).toMatchObject({ name: 'digits' });
  const laid = path.join(its.home, 'artifacts/folders', of.slice(7));
  expect((await digest(laid)).trim()).toBe(of);
  expect(await readFile(path.join(laid, 'MLmodel'), 'utf8')).toContain('flavors');
}, 240_000);

it('is refused with the rule that it breaks, and nothing is registered', async () => {
  const at = path.join(folder, 'bad');
  await mkdir(at);
  const refused = async (because: RegExp, code = 'artifact_unreadable'): Promise<void> => {
    const answer = await register('bad', at, `sha256:${'0'.repeat(64)}`);
    expect(answer).toMatchObject({ status: 422, code });
    expect(answer['detail']).toMatch(because);
    expect((await its.api.call('GET', '/models/bad')).status).toBe(404);
  };
  await refused(/there is no file in it/);
  await expect(digest(at)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no file in it'),
  });
  await writeFile(path.join(at, 'MLmodel'), 'x');
  await refused(/has digest sha256:[0-9a-f]{64} \(a folder of 1 files, 1 bytes\)/, 'digest_mismatch');
  await symlink('/etc/passwd', path.join(at, 'link'));
  await refused(/"link" is a symbolic link/);
  await rm(path.join(at, 'link'));
  await writeFile(path.join(at, 'weights'), Buffer.alloc(MOST));
  await refused(/more than 1000000 bytes/, 'artifact_too_large');
}, 120_000);

/** A folder as MLflow writes it. @param signature what MLmodel says, in YAML */
async function mlflowFolder(name: string, mlmodel: string): Promise<string> {
  const at = path.join(folder, name);
  await mkdir(at, { recursive: true });
  await writeFile(path.join(at, 'MLmodel'), mlmodel);
  return at;
}
const columns = (...names: readonly string[]): string =>
  JSON.stringify(names.map((name) => ({ type: 'double', name, required: true })));
const mlmodel = (inputs: string, outputs: string): string =>
  `flavors:\n  python_function: { loader_module: mlflow.sklearn, predict_fn: predict }\nsignature:\n  inputs: '${inputs}'\n  outputs: '${outputs}'\n`;
const told = async (name: string, at: string, more: Json = {}): Promise<Json> => {
  const artifact = { uri: pathToFileURL(at).href, digest: (await digest(at)).trim() };
  const made = { artifact, createModel: true, rollout: false, ...more };
  return (await its.api.call('POST', `/models/${name}/versions`, made)).body;
};

it('with an MLmodel says its signature and how its answers are read, where nobody else does', async () => {
  const double = '[{"type": "double", "required": true}]';
  const first = await mlflowFolder('price-1', mlmodel(columns('rooms', 'area'), double));
  const score = { kind: 'score', path: '$.predictions[*]', tolerance: 1e-6, relativeTolerance: 1e-3 };
  expect(await told('price', first)).toMatchObject({
    outputSpec: score,
    signature: { input: { items: { required: ['rooms', 'area'] } }, output: { items: { type: 'number' } } },
  });
  const second = await mlflowFolder('price-2', mlmodel(columns('rooms', 'area', 'year'), double));
  const own = { kind: 'score', path: '$.predictions[*]', tolerance: 0.5 };
  expect(await told('price', second, { outputSpec: own })).toMatchObject({ outputSpec: own });
  expect((await its.api.call('GET', '/models/price/versions/2/compatibility?with=1')).body).toMatchObject({
    compatible: false,
    breaks: ['input[].year is needed'],
  });
  // What an operator has said of the model goes before it, and null is an answer.
  await its.api.call('PATCH', '/models/price', { outputSpec: own });
  expect(await told('price', first)).toMatchObject({ outputSpec: own });
  expect(await told('price', first, { outputSpec: null })).toMatchObject({ outputSpec: null });
});

it('with an MLmodel that cannot be read is registered, and says what is not used', async () => {
  for (const [name, text, because] of [
    ['bomb', `flavors:\n  a: &a [1]\n  b: [${'*a,'.repeat(60)}]\n`, 'more than 50 aliases'],
    ['huge', `flavors: {a: [${'1,'.repeat(60_000)}]}`, 'more than 50000 parts'],
    ['listed', '- flavors', 'does not list flavors'],
    ['nan', mlmodel('[]', '[NaN]'), 'outputs of its signature'],
  ] as const) {
    const made = await told(`odd-${name}`, await mlflowFolder(name, text));
    expect(made).toMatchObject({ version: 1, outputSpec: null });
    const warning = (made['warnings'] as Json[]).find((one) => one['code'] === 'mlmodel_unread');
    expect(warning?.['detail']).toContain(because);
    const events: Json[] = (await its.api.call('GET', `/audit?model=odd-${name}`)).body['items'];
    const registered = events.find((one) => one['type'] === 'version.registered');
    expect(JSON.stringify(registered?.['data'])).toContain(because);
  }
});
