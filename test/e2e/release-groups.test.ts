import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actOnGroupSeen, createClient, lookAtGroup } from '#libs/client';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Few requests are enough: what is tried here is who moves when. */
const POLICY = {
  name: 'together',
  promoteWhen: 'notFailed',
  steps: [
    { canary: { weight: '50%', minRequests: 20, maxDuration: '30m' } },
    { bake: { duration: '2s', holdBack: '0%' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
};
const MODELS = ['encoder', 'ranker'] as const;

let site: Installation;
let server: TestModelServer;
/** Servers under these paths answer 500. */
const broken = new Set<string>();
let token: string;
let calling = true;
let callers: Promise<void>[];
const failures: number[] = [];

beforeAll(async () => {
  site = await startInstallation();
  token = await site.api.token('admin');
  server = await startModelServer((request, _body, response) => {
    const place = (request.url ?? '').split('/')[1] ?? '';
    if (broken.has(place) && request.method === 'POST') json(response, { error: 'x' }, 500);
    else json(response, { place });
  });
  for (const model of MODELS) await release(model, 1, true);
  for (const model of MODELS)
    await eventually(
      () => ask(model, 0),
      (status) => status === 200,
    );
  callers = MODELS.map(async (model) => {
    for (let unit = 0; calling; unit++) {
      const status = await ask(model, unit);
      if (status !== 200) failures.push(status);
    }
  });
}, 180_000);
afterAll(async () => {
  calling = false;
  await Promise.all(callers ?? []);
  await site.close();
  await server.stop();
});

async function release(model: string, number: number, rollout: boolean): Promise<void> {
  const made = await site.api.call('POST', `/models/${model}/versions`, {
    ...{ createModel: true, rollout, servingUrl: `${server.url}/${model}-${number}` },
  });
  expect([made.status, made.body['version']]).toEqual([201, number]);
}
async function ask(model: string, unit: number): Promise<number> {
  const response = await fetch(`${site.gatewayUrl}/models/${model}/predict`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', 'x-understudy-unit': `u${unit}` },
  });
  await response.arrayBuffer();
  return response.status;
}
const start = (number: number) =>
  site.api.call('POST', '/release-groups', {
    members: MODELS.map((model) => ({ model, version: number, policy: POLICY })),
    reason: 'together',
  });
const group = async (id: string): Promise<Json> => (await site.api.call('GET', `/release-groups/${id}`)).body;
const primaries = (): Promise<unknown[]> =>
  Promise.all(MODELS.map(async (model) => (await site.api.call('GET', `/models/${model}`)).body['primary']));
const ended = (id: string): Promise<Json> =>
  eventually(
    () => group(id),
    ({ state }) => state !== 'live',
  );

const cli = (...args: string[]) => cliWith('', ...args);
async function cliWith(
  input: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const env = {
    ...{ PATH: process.env['PATH'], HOME: site.home, API_URL: site.api.url },
    UNDERSTUDY_TOKEN: token,
  };
  const child = spawn(process.execPath, [path.resolve('dist/apps/cli/src/main.js'), ...args], { env });
  child.stdin.end(input);
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

describe('two models that are released together, under traffic', () => {
  it('become primary together, and no caller is served worse', async () => {
    for (const model of MODELS) await release(model, 2, false);
    const { status, body } = await start(2);
    expect([status, body['errors'] ?? []]).toEqual([201, []]);
    const done = await ended(body['id']);
    expect([done['state'], await primaries()]).toEqual(['succeeded', [2, 2]]);
    expect(failures).toEqual([]);
  });

  it('go back together when one of them fails', async () => {
    for (const model of MODELS) await release(model, 3, false);
    broken.add('ranker-3');
    const { body } = await start(3);
    const done = await ended(body['id']);
    expect([done['state'], await primaries()]).toEqual(['rolled_back', [2, 2]]);
    const [encoder] = done['members'] as Json[];
    expect(encoder?.['decision'].because).toMatch(/^ranker 3, of the same release group, was rolled back: /);
    expect(failures).toEqual([]);
  });

  it('are shown and steered by the command line', async () => {
    const repeated = await cli('group', 'start', 'encoder=3', 'ranker');
    expect([repeated.code, repeated.err]).toEqual([2, expect.stringContaining('"ranker" is no member')]);
    const inAnHour = ['--start-at', `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`];
    const members = ['encoder=3', 'ranker=3'];
    const again = await cli(
      'group',
      'start',
      ...members,
      '--reason',
      'again',
      ...inAnHour,
      '--output',
      'json',
    );
    const { id } = JSON.parse(again.out) as { id: string };
    expect((await cli('group', 'list')).out).toContain('encoder=3 ranker=3');
    // A word is for what was seen: where only revisions have moved it is sent again, else it says what has changed.
    const client = createClient({ url: site.api.url, token: () => token });
    const seen = await lookAtGroup(client, id);
    await cli('group', 'start', ...members, '--override-freeze', '--reason', 'hot fix');
    expect((await lookAtGroup(client, id)).revision).toBeGreaterThan(seen.revision);
    const word = { reason: 'too early' };
    await expect(actOnGroupSeen(client, seen, 'promote', word)).rejects.toMatchObject({
      code: 'group_not_ready',
    });
    const alone = await site.api.call('POST', '/models/encoder/rollouts', { version: 3, startAt: null });
    expect([alone.status, alone.body['code']]).toEqual([409, 'in_group']);
    const off = await cli('group', 'abort', id, '--reason', 'enough');
    expect([off.code, off.out]).toEqual([0, expect.stringMatching(/: rolled back\n {2}encoder 3: aborted/)]);
    expect((await cli('group', 'get', id)).out).toMatch(/ranker 3: aborted/);
    await expect(actOnGroupSeen(client, seen, 'retry', word)).rejects.toMatchObject({
      code: 'changed_meanwhile',
      message: expect.stringMatching(/now: encoder 3 is aborted.*; ranker 3 is aborted.*Nothing was done/),
    });
    const late = await cli('group', 'promote', id, '--reason', 'late');
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('has gone back')]);
  });

  it('are released once more, by the command line', async () => {
    // Versions of models in no chain need no word for it; it is taken all the same.
    const at = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
    const past = ['--override-environment', '--reason', 'x', '--start-at', at];
    const started = await cli('group', 'start', 'encoder=3', 'ranker=3', ...past, '--output', 'json');
    const first = JSON.parse(started.out) as Json;
    expect((first['members'] as Json[]).map((one) => one['overridesEnvironment'])).toEqual([true, true]);
    const early = await cli('group', 'retry', first['id'], '--reason', 'x');
    expect([early.code, early.err]).toEqual([
      1,
      expect.stringContaining('encoder 3, ranker 3 are under way'),
    ]);
    await cli('group', 'abort', first['id'], '--reason', 'x');
    const retried = await cli('group', 'retry', first['id'], '--reason', 'mended', '--output', 'json');
    const again = JSON.parse(retried.out) as Json;
    expect([again['id'] === first['id'], again['state']]).toEqual([false, 'live']);
    // The date is ahead, and holds.
    expect((again['members'] as Json[]).map((one) => Date.parse(one['startAt']))).toEqual(
      [at, at].map((one) => Date.parse(one)),
    );
    await cli('group', 'abort', again['id'], '--reason', 'enough');
  });

  it('are registered and released from a manifest by the command line, by a job that may be run again', async () => {
    // It is still under way when it is aborted, however busy the machine is.
    const [canary, bake] = POLICY.steps;
    const policy = { ...POLICY, steps: [{ canary: { ...canary?.canary, minRequests: 1_000_000 } }, bake] };
    const serving = (model: string) => ({ model, servingUrl: `${server.url}/${model}-4`, policy });
    const manifest = { reason: 'from CI', members: MODELS.map(serving) };
    const counts = () =>
      Promise.all(
        MODELS.map(async (model) => {
          const { body } = await site.api.call('GET', `/models/${model}/versions`);
          return (body['items'] as Json[]).length;
        }),
      );
    const before = await counts();
    const wrong = { ...manifest, members: [serving('encoder'), { ...serving('ranker'), servingUrll: 'x' }] };
    const refused = await cliWith(JSON.stringify(wrong), 'group', 'register', '-');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('/members/1')]);
    const missing = await cli('group', 'register', '/nowhere/group.yaml');
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('there is no such file')]);
    expect(await counts()).toEqual(before);
    const job = ['--idempotency-key', 'job 17', '--output', 'json'];
    const run = () => cliWith(JSON.stringify(manifest), 'group', 'register', '-', ...job);
    const first = await run();
    expect([first.code, first.err]).toEqual([0, '']);
    const made = JSON.parse(first.out) as Json;
    const again = JSON.parse((await run()).out) as Json;
    expect([made['reason'], again['id']]).toEqual(['from CI', made['id']]);
    expect(await counts()).toEqual(before.map((count) => count + 1));
    // What the command line says can be done is what is then done.
    const { out } = await cli('group', 'get', made['id']);
    const words = /you can: (.*)/.exec(out)?.[1]?.split(', ') ?? [];
    expect(words).toContain('abort');
    const off = await cli('group', 'abort', made['id'], '--reason', 'enough');
    expect([off.code, off.err, off.out]).toEqual([0, '', expect.stringContaining('you can: retry')]);
  });
});
