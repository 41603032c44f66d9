import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let site: Installation;
let server: TestModelServer;
let folder: string;
let token: string;

beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((request, _body, response) =>
    json(response, { label: request.url?.includes('bad') ? 'cat' : 'dog' }),
  );
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-ci-'));
  token = await site.api.token('publish', 'read');
});
afterAll(async () => {
  await site.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number;
  readonly output: string;
}
const run = (command: string, args: string[], env: Record<string, string>): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      command,
      args,
      { env: { PATH: process.env['PATH'], ...env }, cwd: folder },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
/** As GitHub runs it. */
const action = (inputs: Record<string, string>, env: Record<string, string> = {}): Promise<Run> =>
  run(process.execPath, [path.resolve('action/release.mjs')], {
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...{
      INPUT_URL: site.api.url,
      INPUT_TOKEN: token,
      POLL_MS: '100',
      GITHUB_OUTPUT: path.join(folder, 'outputs'),
    },
    ...env,
  });
const shell = (manifest: string, env: Record<string, string> = {}): Promise<Run> =>
  run('bash', [path.resolve('examples/ci/release.sh'), manifest], {
    UNDERSTUDY_URL: site.api.url,
    UNDERSTUDY_TOKEN: token,
    POLL_SECONDS: '0.2',
    ...env,
  });
const commandLine = (manifest: string, env: Record<string, string> = {}): Promise<Run> =>
  run(process.execPath, [path.resolve('dist/apps/cli/src/main.js'), 'register', manifest], {
    ...{ UNDERSTUDY_URL: site.api.url, UNDERSTUDY_TOKEN: token, HOME: folder },
    ...env,
  });
async function manifest(model: string, place: string, more = ''): Promise<string> {
  const file = path.join(folder, `${model}.yaml`);
  await writeFile(file, `model: ${model}\nservingUrl: ${server.url}/${place}\n${more}`);
  return file;
}
/** What every version must answer before it gets traffic. */
const wants = (model: string) =>
  site.api.call('PUT', `/models/${model}/golden`, {
    items: [
      {
        name: 'a dog',
        method: 'POST',
        path: '/predict',
        body: {},
        expect: [{ path: '$.label', equals: 'dog' }],
      },
    ],
  });
const released = async (model: string): Promise<void> => {
  await site.api.call('POST', '/models', { name: model });
  expect((await wants(model)).status).toBe(200);
};

const hasTools = ['curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);
if (!hasTools) it.skip('the shell script: curl or jq is not installed here', () => undefined);

describe.each([
  ['the action', async (file: string) => action({ manifest: file })] as const,
  ...(hasTools ? [['the shell script', shell] as const] : []),
])('%s', (what, release) => {
  const model = `ci-${what.replaceAll(' ', '-')}`;

  it('releases a good version and ends well', async () => {
    await released(model);
    const { code, output } = await release(await manifest(model, 'good'));
    expect([code, output]).toEqual([0, expect.stringContaining(`registered ${model} version 1`)]);
    expect((await site.api.call('GET', `/models/${model}`)).body).toMatchObject({ primary: 1 });
  });

  it('fails with the reason when the version is taken off', async () => {
    const { code, output } = await release(await manifest(model, 'bad'));
    expect([code, output]).toEqual([1, expect.stringMatching(/rolled_back/)]);
    expect(output).toMatch(/golden|dog/i);
    expect((await site.api.call('GET', `/models/${model}`)).body).toMatchObject({ primary: 1 });
  });

  it('fails with what is wrong in the manifest, and where', async () => {
    const { code, output } = await release(
      await manifest(model, 'good', 'metrics: { accuracy: high }\nserving: x\n'),
    );
    expect(code).toBe(1);
    expect(output).toContain('/metrics/accuracy');
    expect(output).not.toContain(token);
  });
});

const WAYS: [string, (file: string, env?: Record<string, string>) => Promise<Run>][] = [
  ['the action', (file, env) => action({ manifest: file }, env)],
  ['the command line', commandLine],
  ...(hasTools ? [['the shell script', shell] as [string, typeof shell]] : []),
];
describe.each(WAYS)('variables of a job, by %s', (what, release) => {
  const model = `ci-filled-${what.replaceAll(' ', '-')}`;
  const lines =
    'rollout: false\nsource: { commit: "${GITHUB_SHA}", run: "${GITHUB_SHA}/${GITHUB_RUN_ID} $HOME" }\n';

  it('are filled in, as they are', async () => {
    const file = await manifest(model, 'good', lines);
    const { code, output } = await release(file, { GITHUB_SHA: 'c0$&ffee', GITHUB_RUN_ID: '77' });
    expect([code, output]).toEqual([0, expect.stringContaining(`registered ${model} version 1`)]);
    expect((await site.api.call('GET', `/models/${model}/versions/1`)).body).toMatchObject({
      source: { commit: 'c0$&ffee', run: 'c0$&ffee/77 $HOME' },
    });
  });

  it.each([
    ['is not set', 'GITHUB_SHA', {}],
    ['is a secret', 'DEPLOY_TOKEN', { DEPLOY_TOKEN: 'hidden' }],
  ])('one that %s is an error that names it, and registers nothing', async (_why, name, env) => {
    const refused = `${model}-${name.toLowerCase().replace('_', '-')}`;
    const file = await manifest(refused, 'good', `rollout: false\nsource: { commit: "\${${name}}" }\n`);
    const { code, output } = await release(file, env);
    expect([code === 0, output]).toEqual([false, expect.stringContaining(name)]);
    expect(output).not.toContain('hidden');
    expect((await site.api.call('GET', `/models/${refused}`)).status).toBe(404);
  });
});

it('a manifest that still holds a variable is refused, by whatever way it came, and says where', async () => {
  const held = { model: 'ci-held', servingUrl: `${server.url}/x`, source: { commit: 'x-${GITHUB_SHA}' } };
  const single = await site.api.call('POST', '/manifests', { ...held, card: 'run `echo ${HOME}`' });
  expect([single.status, single.body['errors']]).toEqual([
    422,
    [{ pointer: '/source/commit', detail: expect.stringContaining('${GITHUB_SHA} was not filled in') }],
  ]);
  const members = [held, { ...held, model: 'ci-held-too' }];
  const group = await site.api.call('POST', '/release-groups/manifest', { members });
  expect([group.status, group.body['errors'].map((one: { pointer: string }) => one.pointer).sort()]).toEqual([
    422,
    ['/members/0/source/commit', '/members/1/source/commit'],
  ]);
});

describe('the action', () => {
  it('uploads an artifact, fills in what the environment says, and tells the steps after it', async () => {
    const bytes = 'a model of some bytes';
    await writeFile(path.join(folder, 'model.onnx'), bytes);
    const text =
      'rollout: false\nartifact: { digest: "${ARTIFACT_DIGEST}" }\nsource: { commit: "${GITHUB_SHA}" }\n';
    const file = await manifest('ci-uploaded', 'good', text);
    const env = { GITHUB_SHA: 'c0ffee', GITHUB_RUN_ID: '77', GITHUB_ACTIONS: 'true' };
    const inputs = { manifest: file, artifact: path.join(folder, 'model.onnx') };
    const first = await action(inputs, env);
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('::add-mask::')]);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    expect((await site.api.call('GET', '/models/ci-uploaded/versions/1')).body).toMatchObject({
      artifact: { digest },
      source: { commit: 'c0ffee' },
    });
    expect(await readFile(path.join(folder, 'outputs'), 'utf8')).toContain('model=ci-uploaded\nversion=1\n');
    // The same run once more registers nothing new.
    expect((await action(inputs, env)).code).toBe(0);
    expect((await site.api.call('GET', '/models/ci-uploaded/versions')).body['items']).toHaveLength(1);
  });

  it('says what is missing', async () => {
    const file = await manifest('ci-unset', 'good', 'source: { commit: "${NOT_SET}" }\n');
    expect(await action({ manifest: file })).toMatchObject({
      code: 1,
      output: expect.stringContaining('NOT_SET'),
    });
    expect((await action({ manifest: file }, { INPUT_TOKEN: '' })).output).toContain('id-token: write');
    expect((await action({ manifest: file }, { INPUT_URL: '' })).output).toContain('say where Understudy is');
  });

  it('waits for a person where the policy wants one, and tells why it was rejected', async () => {
    const model = 'ci-the-action';
    const policy = {
      name: 'asks',
      steps: [{ approval: {} }, { canary: { weight: '10%', minRequests: 1, maxDuration: '1h' } }],
      gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
    };
    expect((await site.api.call('PUT', `/models/${model}/policy`, policy)).status).toBe(200);
    // The token that CI has may not bring one that asks nobody.
    const nobody = { ...policy, steps: policy.steps.slice(1) };
    const refused = await action({
      manifest: await manifest(model, 'good', `rollout: { policy: ${JSON.stringify(nobody)} }\n`),
    });
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('policy')]);
    const waiting = action({ manifest: await manifest(model, 'good') });
    const find = async () => (await site.api.call('GET', `/models/${model}/rollouts`)).body['items'][0];
    const { id } = await eventually(find, (rollout) => rollout?.state === 'awaiting_approval');
    const said = await site.api.call('POST', `/rollouts/${id}/reject`, { reason: 'the data set is wrong' });
    expect(said.status).toBe(200);
    const { code, output } = await waiting;
    expect([code, output]).toEqual([1, expect.stringContaining('the data set is wrong')]);
  });
});

describe('what is shipped for CI', () => {
  it('is described as it is: inputs, schema, example', async () => {
    const described = parse(await readFile('action.yml', 'utf8')) as {
      inputs: object;
      runs: { main: string };
    };
    const program = await readFile(described.runs.main, 'utf8');
    for (const name of Object.keys(described.inputs)) expect(program).toContain(`input('${name}'`);
    const { body } = await site.api.call('GET', '/manifests/schema', undefined, null);
    expect(body).toEqual(JSON.parse(await readFile('docs/understudy.schema.json', 'utf8')));
    const example = parse(await readFile('examples/ci/understudy.yaml', 'utf8')) as object;
    const known = Object.keys((body as { properties: object }).properties);
    expect(known).toEqual(expect.arrayContaining(Object.keys(example)));
    expect(existsSync('examples/ci/github-workflow.yml')).toBe(true);
  });
});
