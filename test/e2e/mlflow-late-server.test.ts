import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, startInstallation, type Installation } from '../support/installation.ts';
import { READY, readinessServer, stopReadinessServers } from '../support/model-servers/readiness-server.ts';

/* What an MLflow client registers is served some time later, where its model says, or somebody says of the version. */
let its: Installation;
beforeAll(async () => {
  its = await startInstallation({ OUTBOUND_ALLOW: '127.0.0.0/8' });
});
afterAll(() => its.close());
afterEach(stopReadinessServers);

const call = async (method: string, path: string, body?: Json, as?: string): Promise<Json> => {
  const answer = await its.api.call(method, path, body, as);
  return { ...answer.body, status: answer.status };
};
const make = (name: string) => call('POST', '/api/2.0/mlflow/registered-models/create', { name });
const registers = (name: string) =>
  call('POST', '/api/2.0/mlflow/model-versions/create', { name, source: 's3://bucket/model' });
const rollouts = async (model: string): Promise<Json[]> =>
  (await call('GET', `/models/${model}/rollouts`))['items'];
const newest = async (model: string): Promise<Json> => (await rollouts(model))[0] ?? {};
const isPrimary = (model: string, primary: number): Promise<Json> =>
  eventually(
    () => call('GET', `/models/${model}`),
    (it) => it['primary'] === primary,
    60_000,
  );
const events = async (model: string, type: string): Promise<Json[]> => {
  const all: Json[] = (await call('GET', `/audit?model=${model}`))['items'];
  return all.filter((event) => event['type'] === type);
};

describe('a version that an MLflow client registers', () => {
  it('waits for a server that starts for long, says what it waits for, and goes on by itself', async () => {
    const server = await readinessServer({ '/v2/health/ready': 503 });
    await make('late');
    await call('PATCH', '/models/late', { autoRollout: true, servingUrlTemplate: server.url });
    await registers('late');
    // Each time twice as long after the one before: more than five tries take longer than a second.
    await eventually(
      async () => server.asked.get('/v2/health/ready') ?? 0,
      (times) => times > 6,
      60_000,
    );
    expect(await newest('late')).toMatchObject({
      state: 'pending',
      waitingFor: 'waiting until the version is ready: it answers 503 at /v2/health/ready',
    });
    await server.stop();
    await eventually(
      () => newest('late'),
      ({ waitingFor }) => /nobody answers: .*ECONNREFUSED/.test(waitingFor),
    );
    server.answers = READY;
    await server.start();
    await isPrimary('late', 1);
  });

  it('is served where the model says, also when it says so after the version was registered', async () => {
    const server = await readinessServer(READY);
    await make('afterwards');
    await registers('afterwards');
    await call('PATCH', '/models/afterwards', { servingUrlTemplate: `${server.url}/{model}/{version}` });
    const started = await call('POST', '/models/afterwards/rollouts', { version: 1 });
    expect(started).toMatchObject({ status: 201, state: 'pending' });
    const at = `${server.url}/afterwards/1`;
    expect(await call('GET', '/models/afterwards/versions/1')).toMatchObject({ servingUrl: at });
    expect(await events('afterwards', 'version.serving_set')).toMatchObject([
      { data: { version: 1, before: { servingUrls: [] }, after: { servingUrls: [at] } } },
    ]);
    server.answers = { '/afterwards/1/v2/health/ready': 200 };
    await isPrimary('afterwards', 1);
  });

  it('is served where somebody says of it, and not elsewhere while anything runs on it', async () => {
    const [old, other] = [await readinessServer(READY), await readinessServer(READY)];
    await make('said');
    await registers('said');
    const [publish, operate] = [await its.api.token('publish'), await its.api.token('operate')];
    const says = (body: Json, as: string, version = 1) =>
      call('PATCH', `/models/said/versions/${version}`, body, as);
    expect(await says({ servingUrl: 'http://a', servingUrls: ['http://b'] }, publish)).toMatchObject({
      status: 422,
      errors: [{ pointer: '/servingUrl' }],
    });
    // Nobody has to answer there yet.
    expect(await says({ servingUrl: 'http://127.0.0.1:1', healthPath: '/ok' }, publish)).toMatchObject({
      ...{ status: 200, servingUrl: 'http://127.0.0.1:1', healthPath: '/ok' },
    });
    expect(await says({ servingUrl: old.url, healthPath: null }, publish)).toMatchObject({
      ...{ status: 200, servingUrl: old.url, servingUrls: [old.url], healthPath: null },
    });
    await says({ servingUrl: old.url, description: 'the same place' }, publish);
    expect(await events('said', 'version.serving_set')).toHaveLength(2);

    await call('POST', '/models/said/rollouts', { version: 1 });
    expect(await says({ servingUrl: other.url }, operate)).toMatchObject({
      ...{ status: 409, code: 'version_serves' },
    });
    await isPrimary('said', 1);
    expect(await says({ servingUrl: other.url, reason: 'moves' }, operate)).toMatchObject({
      ...{ status: 409, code: 'version_serves', detail: expect.stringContaining('it is the primary') },
    });

    // A rollback would go back to it: its place is no submitter's any more.
    await registers('said');
    await says({ servingUrl: other.url }, publish, 2);
    await call('POST', '/models/said/promote', { version: 2, reason: 'test' });
    await isPrimary('said', 2);
    await eventually(
      () => newest('said'),
      ({ state }) => state === 'succeeded',
    );
    expect(await says({ servingUrl: null }, publish)).toMatchObject({ status: 403, code: 'serving_guarded' });
    expect(await says({ servingUrl: other.url }, operate)).toMatchObject({
      ...{ status: 422, code: 'reason_missing' },
    });
    const moved = await says({ servingUrl: `${other.url}/v1`, reason: 'another host' }, operate);
    expect(moved).toMatchObject({ status: 200, servingUrl: `${other.url}/v1` });
    // It is asked there anew: that the old address was ready says nothing of the new one.
    other.answers = { '/v2/health/ready': 200, '/v1/v2/health/ready': 503 };
    await eventually(
      () => call('GET', '/models/said/versions/1'),
      ({ deployment }) => deployment?.state === 'starting' && /503/.test(deployment.because),
    );
  });
});
