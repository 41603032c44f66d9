import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Installation, startInstallation } from '../support/installation.ts';
import type { Json } from '../support/api.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { playScene, SEEN_SCENES } from '../support/seen-scenes.ts';

/** `understudy mcp`, called by the protocol's own client, unmodified, on a real installation. */
let site: Installation;
let server: TestModelServer;
const children: ChildProcessWithoutNullStreams[] = [];
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => json(response, {}));
});
afterAll(async () => {
  // Each ends by itself when nobody calls any more, and `understudy mcp` with it.
  await Promise.all(
    children.map(async (child) => {
      const ended = once(child, 'exit');
      child.stdin.end();
      expect((await ended)[0]).toBe(0);
    }),
  );
  await site.close();
  await server.stop();
});

type Client = (asked: unknown) => Promise<Json>;
function connected(token: string, ...args: string[]): Client {
  const cli = path.resolve('dist/apps/cli/src/main.js');
  const child = spawn(process.execPath, ['test/support/outside/mcp-caller.mjs', cli, 'mcp', ...args], {
    env: { PATH: process.env['PATH'], UNDERSTUDY_URL: site.api.url, UNDERSTUDY_TOKEN: token },
  });
  child.stderr.pipe(process.stderr);
  children.push(child);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (asked) => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    return JSON.parse((await answers.next()).value ?? 'null') as Json;
  };
}
async function call(client: Client, name: string, given: Record<string, unknown>) {
  const { content, isError } = await client({ name, arguments: given });
  return { isError: isError === true, said: JSON.parse(content[0].text) as Json };
}
const scene = SEEN_SCENES.find(({ command }) => command === 'pause') ?? SEEN_SCENES[0]!;

it('looks, and has no tool that changes anything unless it was started so', async () => {
  const { model, id } = await playScene(site, server.url, scene);
  const client = connected(await site.api.token('read', 'operate'));
  const tools = (await client('list'))['tools'] as Json[];
  expect(tools.map(({ name }) => String(name)).sort()).toEqual([
    'compare_versions',
    'explain_rollout',
    'list_models',
    'list_rollouts',
    'propose_policy',
    'show_model',
  ]);
  expect(tools.filter(({ annotations }) => annotations?.['readOnlyHint'] !== true)).toEqual([]);

  expect((await call(client, 'list_models', {})).said['models']).toContainEqual(
    expect.objectContaining({ name: model, primary: 3 }),
  );
  const shown = (await call(client, 'show_model', { model })).said;
  expect(shown).toMatchObject({ primary: 3, settings: { policy: expect.anything() } });
  expect((await call(client, 'list_rollouts', {})).said['rollouts']).toContainEqual(
    expect.objectContaining({ id, model, version: 4 }),
  );
  const why = (await call(client, 'explain_rollout', { rollout: id })).said;
  expect(why).toMatchObject({ rollout: { id, model }, events: expect.anything() });
  expect((await call(client, 'compare_versions', { model, a: 3, b: 4 })).said).toMatchObject({
    a: { version: 3 },
    b: { version: 4 },
  });
  const before = await site.api.call('GET', `/models/${model}`);
  const policy = {
    name: 'proposed',
    steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
    gates: [{ metric: 'error_rate', maxIncrease: 0.01 }],
  };
  const proposed = (await call(client, 'propose_policy', { model, policy })).said;
  expect(proposed['changes'][0]['changes']).toMatchObject([{ part: 'policy', after: policy }]);
  expect((await site.api.call('GET', `/models/${model}`)).body).toEqual(before.body);
});

it("says what is wrong in the api's words, and what a token may not do is refused", async () => {
  const client = connected(await site.api.token('read'), '--allow-actions');
  const absent = await call(client, 'show_model', { model: 'nowhere' });
  expect(absent).toMatchObject({ isError: true, said: { code: 'model_not_found' } });
  const { model, id, standing } = await playScene(site, server.url, scene);
  const wrong = await call(client, 'propose_policy', { model, policy: { steps: [] } });
  expect(wrong).toMatchObject({ isError: true, said: { code: 'policy_invalid' } });
  const before = await standing();
  const acting = { rollout: id, action: 'abort', reason: 'a test' };
  const { confirm } = (await call(client, 'act_on_rollout', acting)).said;
  const refused = await call(client, 'act_on_rollout', { ...acting, confirm });
  expect(refused).toMatchObject({ isError: true, said: { code: 'scope_missing' } });
  expect(await standing()).toBe(before);
});

it('acts only on what was shown before, with the same reason, and once', async () => {
  const { id, say, standing } = await playScene(site, server.url, scene);
  const client = connected(await site.api.token('admin'), '--allow-actions');
  const asking = { rollout: id, action: 'pause', reason: 'a person has looked' };
  const before = await standing();
  const first = (await call(client, 'act_on_rollout', asking)).said;
  expect(first).toMatchObject({ done: null, would: expect.stringMatching(/^pause .+ 4 while it is /) });
  for (const confirm of ['yes', first['would'], `${first['confirm']}0`])
    expect((await call(client, 'act_on_rollout', { ...asking, confirm })).said['done']).toBeNull();
  const other = { ...asking, reason: 'another reason', confirm: first['confirm'] };
  expect((await call(client, 'act_on_rollout', other)).said['done']).toBeNull();
  expect(await standing()).toBe(before);

  const confirmed = { ...asking, confirm: first['confirm'] };
  expect((await call(client, 'act_on_rollout', confirmed)).said['done']).toBe(first['would']);
  const after = await standing();
  expect(after).not.toBe(before);
  // It is not as it was confirmed any more, and a confirmation is good once, wherever the rollout comes back to.
  expect((await call(client, 'act_on_rollout', confirmed)).said['done']).toBeNull();
  await say('resume');
  expect(await standing()).toBe(before);
  expect((await call(client, 'act_on_rollout', confirmed)).said['done']).toBeNull();
  expect((await site.api.call('GET', `/rollouts/${id}`)).body['state']).not.toBe('paused');
});
