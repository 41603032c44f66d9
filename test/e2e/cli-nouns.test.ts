import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { exitOf } from '../../apps/cli/src/exit.ts';
import { createPrinter } from '../../apps/cli/src/printer.ts';
import { programOf } from '../../apps/cli/src/program.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** The nouns of the command line on a real installation; that none is missing: `apps/cli/src/whole-api.test.ts`. */
let site: Installation;
let server: TestModelServer;
let folder: string;
let token: string;
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, { label: 'dog' }));
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-nouns-'));
  token = await site.api.token('admin');
});
afterAll(async () => {
  await site.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
/** `understudy` with these words, in this process; `INPUT` is a file with `input`. */
async function cli(line: string, input = ''): Promise<Ran> {
  let [out, err] = ['', ''];
  const write = (text: string): void => void (out += text);
  const print = {
    ...createPrinter(false),
    ...{ write, note: (text: string): void => void (err += text) },
    json: (value: unknown): void => write(`${JSON.stringify(value)}\n`),
    lines: (lines: readonly (readonly { readonly text: string }[])[]): void =>
      write(lines.map((spans) => `${spans.map(({ text }) => text).join('')}\n`).join('')),
  };
  const file = path.join(folder, 'input');
  await writeFile(file, input);
  const io = { url: site.api.url, token, configFolder: folder, print, signal: new AbortController().signal };
  try {
    const words = line.split(' ').map((word) => (word === 'INPUT' ? file : word));
    await programOf(io).parseAsync(words, { from: 'user' });
    return { code: 0, out, err };
  } catch (error) {
    const { code, message } = exitOf(error);
    return { code, out, err: `${err}${message}\n` };
  }
}
async function does(line: string, input = ''): Promise<string> {
  const ran = await cli(line, input);
  expect([line, ran.code, ran.code === 0 ? '' : ran.err]).toEqual([line, 0, '']);
  return ran.out;
}
const says = async (line: string) => JSON.parse(await does(`${line} --output json`)) as never;

it('makes, changes and deletes models, versions and aliases', async () => {
  expect(await does('model create dogs --description breeds --tag team=vision')).toBe('dogs is made\n');
  expect(await does('model create dogs')).toContain('was there already');
  await does('model edit dogs --tag stage=try --untag team');
  expect(await says('model show dogs')).toMatchObject({ description: 'breeds', tags: { stage: 'try' } });

  const digest = (await does('artifact upload INPUT', 'some bytes')).trim();
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  await does(`artifact download ${digest} ${path.join(folder, 'out.bin')}`);
  expect(await readFile(path.join(folder, 'out.bin'), 'utf8')).toBe('some bytes');

  const manifest = `model: dogs\nservingUrl: ${server.url}\nrollout: false\ncard: "# Dogs"\n`;
  await does('register INPUT', `${manifest}artifact: { digest: "${digest}" }\n`);
  await does('register INPUT', manifest);
  await does('version edit dogs 1 --description first --tag by=me');
  expect(await says('version show dogs 1')).toMatchObject({ description: 'first', tags: { by: 'me' } });
  expect(await does('version card dogs 1')).toBe('# Dogs\n');
  await does('version add-metrics dogs 1 INPUT', '{metrics: {auc: 0.9}}');
  expect(await does('version metrics dogs 1')).toMatch(/auc +0 +0\.9/);
  expect(await does('version score dogs 1')).toContain('missing: ');
  expect(await does('version lineage dogs 1')).toMatch(/self +dogs +1/);

  await does('alias set dogs champion 1');
  const moved = await cli('alias set dogs champion 2');
  expect([moved.code, moved.err]).toEqual([0, 'champion was version 1\n']);
  expect(await does('alias list dogs')).toMatch(/champion +2/);
  await does('alias delete dogs champion');
  expect(await does('promote dogs 1 --reason first')).toContain('version 1 serves');
  expect(await does('version compatibility dogs 2')).toContain('callers of version 1');
  expect(await does('model resolve dogs anna')).toContain('anna gets version 1');
  expect(await does('version delete dogs 2')).toBe('dogs version 2 is deleted\n');
  const refused = await cli('model delete dogs');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('serves')]);
  expect((await cli('model show cats')).code).toBe(1);
});

it('gets documents as it sets them', async () => {
  await does('model create papers');
  for (const [noun, text] of [
    ['callers', 'unit: { header: x-user }\nrepeatable: true\n'],
    [
      'golden',
      'items: [{ name: one, method: POST, path: /predict, body: {}, expect: [{ path: $.label, equals: dog }] }]\n',
    ],
    ['prices', 'input: 2.5\noutput: 10\n'],
    ['segments', 'staff: { header: x-team, values: [staff] }\n'],
    [
      'policy',
      'name: p\nsteps: [{ canary: { weight: 50%, minRequests: 10, maxDuration: 1h } }]\ngates: [{ metric: error_rate, maxIncrease: 0.05 }]\n',
    ],
  ] as const) {
    await does(`${noun} set papers INPUT`, text);
    const got = await does(`${noun} get papers`);
    await does(`${noun} set papers INPUT`, got);
    expect(await does(`${noun} get papers`)).toBe(got);
  }
});

it('sends any request, and says what the api says of one that is wrong', async () => {
  await does('api POST models --body INPUT', 'name: by-hand\n');
  expect(JSON.parse(await does('api GET /api/v1/models/by-hand'))).toMatchObject({ name: 'by-hand' });
  expect(await does('api get models/by-hand --include')).toMatch(/^200 .*\n(.*\n)*etag: "/);
  const wrong = await cli('api POST models --body INPUT', '{"nam": 1}');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('/name')]);
  const none = await cli('api DELETE models/by-hand --header if-match="x"');
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('changed since you looked')]);
  expect((await cli('api GET models --body nowhere.json')).code).toBe(2);
});

it('keeps subscriptions and sources, sends feedback, lists the record', async () => {
  const made = (await says('subscription create ops http://127.0.0.1:9/hook --events rollout.*')) as {
    readonly id: string;
  };
  await does(`subscription edit ${made.id} --state disabled`);
  expect(await does('subscription list')).toMatch(
    /ops +http:\/\/127.0.0.1:9\/hook +rollout\.\* +all +disabled/,
  );
  expect(await does(`subscription rotate-secret ${made.id}`)).toMatch(/^whsec_/);
  expect((await cli(`subscription deliveries ${made.id}`)).code).toBe(0);
  expect(await does(`subscription replay ${made.id}`)).toBe('0 deliveries are sent again\n');
  await does(`subscription delete ${made.id}`);
  expect(await does('source create ci INPUT', 'kind: standard\nmodels: ["*"]\n')).toMatch(/secret whsec_/);
  expect(await does('source list')).toMatch(/ci +standard +\*/);
  await does('source delete ci');
  const sender = await site.api.token('feedback');
  const clicked = '--model dogs --unit anna --metric clicked --value 1 --id one';
  const admin = token;
  token = sender;
  expect(await does(`feedback send ${clicked}`)).toContain('1 of nothing that is known');
  token = admin;
  expect(await does('audit list --model papers --limit 3')).toMatch(/papers +\S+ +model\./);
  expect(await does('whoami')).toContain('may ');
  expect(JSON.parse(await does('manifest schema'))).toHaveProperty('properties');
});

it('shows what a rollout did and saw, and replays it, by the name of its model', async () => {
  const manifest = `model: seen\nservingUrl: ${server.url}\n`;
  await does('register INPUT --wait', manifest);
  await does('register INPUT', manifest);
  expect(await does('rollout list --live')).toMatch(/seen +\S+ +2 /);
  expect(await does('rollout events seen')).toContain('rollout.created');
  for (const noun of ['evidence', 'distributions', 'samples'])
    expect((await cli(`rollout ${noun} seen`)).code).toBe(0);
  expect(await does('policy replay seen')).toContain('It decides the same.');
  await does('rollout abort seen --reason over');
});

it('exports settings of models, and applies them: shown first, as a whole, once', async () => {
  const file = `models:
  kept:
    description: kept in Git
    policy: { name: small, steps: [{ canary: { weight: 10%, minRequests: 10, maxDuration: 1h } }], gates: [{ metric: error_rate, maxIncrease: 0.05 }] }
`;
  const before = process.exitCode;
  try {
    // Nobody sits there to be asked.
    const unasked = await cli('apply -f INPUT', file);
    expect(unasked).toMatchObject({ code: 8, err: expect.stringContaining('--yes') });
    expect(unasked.out).toContain('+ kept is a new model');
    await cli('apply --dry-run -f INPUT', file);
    expect(process.exitCode).toBe(8);
    expect((await cli('model show kept')).code).toBe(1);
  } finally {
    process.exitCode = before;
  }
  expect(await does('apply --yes -f INPUT', file)).toContain('+ kept in Git');
  expect((await cli('apply --yes -f INPUT', file)).err).toBe('Nothing to change.\n');
  const exported = await does('export kept');
  expect((await cli('apply --yes -f INPUT', exported)).err).toBe('Nothing to change.\n');
  const edited = await does('apply --yes -f INPUT', exported.replace('kept in Git', 'edited'));
  expect(edited).toContain('- kept in Git\n+ edited');
  expect((await cli('apply --yes -f INPUT', 'models: {kept: {polcy: {}}}')).code).toBe(1);
});
