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
