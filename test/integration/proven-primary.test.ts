import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startInstallation, eventually, type Installation } from '../support/installation.ts';
import type { Json } from '../support/api.ts';

/* The last proven primary: what a newer release is compared with, what comes back, and what cannot be deleted. */
let its: Installation;
beforeAll(async () => {
  its = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
});
afterAll(() => its.close());

interface ModelServer {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await stopped(server);
});
const stopped = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
};

async function modelServer(says: Json): Promise<ModelServer> {
  let port = 0;
  let server: Server | null = null;
  const start = async (): Promise<void> => {
    const made = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(says));
    });
    await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve));
    port = (made.address() as AddressInfo).port;
    servers.push(made);
    server = made;
  };
  await start();
  const stop = async (): Promise<void> => {
    if (server) await stopped(server);
  };
  return { url: `http://127.0.0.1:${port}`, start, stop };
}

const call = async (method: string, path: string, body?: Json): Promise<Json> => {
  const answer = await its.api.call(method, path, body);
  return { ...answer.body, status: answer.status };
};
const primary = async (model: string): Promise<number> => (await call('GET', `/models/${model}`))['primary'];
const rollout = (id: string): Promise<Json> =>
  its.api.call('GET', `/rollouts/${id}`).then(({ body }) => body);
const asks = (model: string): Promise<string> =>
  fetch(`${its.gatewayUrl}/models/${model}/x`, { method: 'POST', body: '{}' }).then((answer) =>
    answer.text(),
  );

const BAKES = {
  ...{ name: 'bakes', gates: [], promoteWhen: 'notFailed' },
  steps: [{ bake: { duration: '1h' } }],
};

/** Version after version at once primary, each with a server of its own. */
async function primaries(model: string, many: number): Promise<ModelServer[]> {
  const made: ModelServer[] = [];
  for (let version = 1; version <= many; version++) {
    const server = await modelServer({ version });
    made.push(server);
    const body = { createModel: true, servingUrl: server.url, rollout: false };
    await call('POST', `/models/${model}/versions`, body);
    const moved = await call('POST', `/models/${model}/promote`, { version, reason: 'test' });
    expect([moved['status'], moved['primary']]).toEqual([200, version]);
  }
  return made;
}

async function release(model: string, policy: Json = BAKES): Promise<{ id: string; server: ModelServer }> {
  const server = await modelServer({ model });
  const made = await call('POST', `/models/${model}/versions`, {
    servingUrl: server.url,
    rollout: { policy },
  });
  return { id: made['rollout'].id, server };
}
/** The next version is primary, and its bake goes on. */
async function inBake(model: string, policy: Json = BAKES): Promise<string> {
  const { id } = await release(model, policy);
  await eventually(
    () => rollout(id),
    ({ state }) => state === 'baking',
  );
  return id;
}

describe('a newer version in the middle of a bake', () => {
  it('brings the last proven primary back first, and is compared with it', async () => {
    await primaries('over', 2);
    const third = await inBake('over');
    expect(await primary('over')).toBe(3);
    const { id } = await release('over');
    const fourth = await eventually(
      () => rollout(id),
      ({ state }) => state === 'baking',
    );
    expect(fourth).toMatchObject({ from: 2, version: 4 });
    expect(await rollout(third)).toMatchObject({ state: 'superseded' });
    const { items } = await call('GET', `/rollouts/${third}/events`);
    expect(items.at(-1)).toMatchObject({ type: 'rollout.superseded', data: { restored: 2, primary: 2 } });
    // And so does whatever ends the newer bake.
    expect(await call('POST', '/models/over/rollback', { reason: 'test' })).toMatchObject({ primary: 2 });
  });

  it('waits for its end where nobody could serve in its place, and says so', async () => {
    const [first] = await primaries('nobody', 1);
    const second = await inBake('nobody');
    await first?.stop();
    const { id } = await release('nobody');
    const third = await eventually(
      () => rollout(id),
      ({ decision }) => decision !== null,
    );
    expect(third).toMatchObject({ queued: true, decision: { kind: 'hold' } });
    expect(third['decision'].because).toMatch(/none answers/);
    expect(await rollout(second)).toMatchObject({ state: 'baking' });
    await first?.start();
    await eventually(
      () => rollout(id),
      ({ state }) => state === 'baking',
    );
    expect(await rollout(id)).toMatchObject({ from: 1 });
  });

  it('waits, or is refused, where the policy of the bake says so', async () => {
    await primaries('waits', 1);
    const second = await inBake('waits', {
      ...BAKES,
      steps: [{ bake: { duration: '1h', holdBack: '20%' } }],
      onNewVersion: 'queue',
    });
    const { id } = await release('waits');
    expect(await rollout(id)).toMatchObject({ queued: true });
    // Ending what only waits touches nothing of what runs.
    expect(await call('POST', `/rollouts/${id}/abort`, { reason: 'test' })).toMatchObject({
      state: 'aborted',
    });
    expect(await rollout(second)).toMatchObject({ state: 'baking' });
    const route = await call('GET', '/models/waits/route');
    expect(route).toMatchObject({ primary: { version: 2 }, candidate: { version: 1, weight: 2_000 } });
  });

  it('promoted at once by an admin falls back to the last proven one too', async () => {
    await primaries('hurry', 1);
    await inBake('hurry');
    const server = await modelServer({ version: 3 });
    await call('POST', '/models/hurry/versions', { servingUrl: server.url, rollout: false });
    const moved = await call('POST', '/models/hurry/promote', { version: 3, reason: 'test' });
    expect(moved).toMatchObject({ primary: 3, rollout: { from: 1 } });
    expect(await call('POST', '/models/hurry/rollback', { reason: 'test' })).toMatchObject({ primary: 1 });
  });
});

describe('what a rollback would go back to', () => {
  it('can be deleted while there is another way back, and is stepped over', async () => {
    await primaries('gone', 3);
    expect((await its.api.call('DELETE', '/models/gone/versions/2')).status).toBe(204);
    const moved = await call('POST', '/models/gone/rollback', { reason: 'test' });
    expect(moved).toMatchObject({ status: 200, primary: 1 });
    expect(moved['outcome']).toMatch(/version 2 was deleted/);
  });

  it('cannot be deleted when it is the last one, whichever way', async () => {
    await primaries('kept', 3);
    // As soon as version 2 is known to answer, which may be a moment after it was promoted.
    await eventually(
      async () => (await its.api.call('DELETE', '/models/kept/versions/1')).status,
      (status) => status === 204,
    );
    for (const [method, path, body] of [
      ['DELETE', '/models/kept/versions/2', undefined],
      ['DELETE', '/api/2.0/mlflow/model-versions/delete', { name: 'kept', version: '2' }],
    ] as const) {
      const answer = await its.api.call(method, path, body);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(answer.body)).toMatch(/rollback would go back to it/);
    }
    expect((await its.api.call('DELETE', '/models/kept')).status).toBe(409);
    const bakes = await inBake('kept');
    // During the bake it is the version before, and once it is undone the one before that.
    expect((await its.api.call('DELETE', '/models/kept/versions/3')).status).toBe(409);
    expect((await its.api.call('DELETE', '/models/kept/versions/2')).status).toBe(204);
    expect(await call('POST', `/rollouts/${bakes}/abort`, { reason: 'test' })).toMatchObject({
      state: 'aborted',
    });
    expect(await primary('kept')).toBe(3);
    expect(await call('POST', '/models/kept/rollback', { reason: 'test' })).toMatchObject({
      code: 'no_earlier_primary',
    });
  });

  it('is stepped over when it was deleted or does not answer, and the outcome says so', async () => {
    const made = await primaries('steps', 4);
    expect((await its.api.call('DELETE', '/models/steps/versions/2')).status).toBe(204);
    await made[2]?.stop();
    const moved = await call('POST', '/models/steps/rollback', { reason: 'test' });
    expect(moved).toMatchObject({ status: 200, primary: 1 });
    expect(moved['outcome']).toMatch(/version 2 was deleted/);
    expect(moved['outcome']).toMatch(/version 3 does not answer/);
    await eventually(
      () => asks('steps'),
      (text) => text === '{"version":1}',
    );
  });

  it('sends nobody to a server that does not answer, unless it is forced', async () => {
    const [first] = await primaries('dead', 2);
    await first?.stop();
    for (const body of [{ reason: 'test' }, { reason: 'test', version: 1 }]) {
      const refused = await call('POST', '/models/dead/rollback', body);
      expect(refused).toMatchObject({ status: 409, code: 'nobody_answers' });
      expect(refused['detail']).toMatch(/version 1 does not answer/);
    }
    expect(await primary('dead')).toBe(2);
    await eventually(
      () => asks('dead'),
      (text) => text === '{"version":2}',
    );
    const forced = await call('POST', '/models/dead/rollback', { reason: 'test', force: true });
    expect(forced).toMatchObject({ status: 200, primary: 1 });
  });

  it('is waited for when a bake must end and nobody answers', async () => {
    const [first] = await primaries('stays', 1);
    const second = await inBake('stays');
    await first?.stop();
    for (const path of ['/models/stays/rollback', `/rollouts/${second}/abort`])
      expect(await call('POST', path, { reason: 'test' })).toMatchObject({
        status: 409,
        code: 'nobody_answers',
      });
    expect(await rollout(second)).toMatchObject({ state: 'baking' });
    await first?.start();
    expect(await call('POST', `/rollouts/${second}/abort`, { reason: 'test' })).toMatchObject({
      state: 'aborted',
    });
    expect(await primary('stays')).toBe(1);
  });
});
