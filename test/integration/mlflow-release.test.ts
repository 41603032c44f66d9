import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const mlflow = (name: string, body: Json) => api.call('POST', `/api/2.0/mlflow/${name}`, body);
const settings = (model: string, body: Json) => api.call('PATCH', `/models/${model}`, body);
const rollouts = async (model: string): Promise<Json[]> =>
  (await api.call('GET', `/models/${model}/rollouts`)).body['items'];
const make = async (model: string): Promise<void> => {
  expect((await mlflow('registered-models/create', { name: model })).status).toBe(200);
};
const version = (name: string) =>
  mlflow('model-versions/create', { name, source: 's3://b/m', run_id: 'run/1' });

describe('a version that an MLflow client registers', () => {
  it('is only registered, unless the model says more', async () => {
    await make('plain');
    expect((await version('plain')).status).toBe(200);
    expect(await rollouts('plain')).toEqual([]);
    expect((await api.call('GET', '/models/plain/versions/1')).body['servingUrl']).toBeNull();
  });

  it('starts its rollout where autoRollout is on, at the address that the model names', async () => {
    await make('auto');
    const url = 'http://models.internal/{model}/{version}/{runId}';
    const shown = await settings('auto', { autoRollout: true, servingUrlTemplate: url });
    expect(shown.body).toMatchObject({ autoRollout: true, servingUrlTemplate: url });
    expect((await version('auto')).body['model_version']).toMatchObject({ version: '1' });
    expect(await rollouts('auto')).toMatchObject([{ version: 1, state: 'pending' }]);
    expect((await api.call('GET', '/models/auto/versions/1')).body['servingUrl']).toBe(
      'http://models.internal/auto/1/run%2F1',
    );
    // The next one supersedes it, as any newer version does.
    await version('auto');
    expect((await rollouts('auto')).map((r) => [r['version'], r['state']])).toEqual([
      [2, 'pending'],
      [1, 'superseded'],
    ]);
  });

  it("is read by the model's output spec", async () => {
    await make('read');
    const preset = { preset: 'mlflow', kind: 'score', tolerance: 0.001 };
    const spec = { kind: 'score', path: '$.predictions[*]', tolerance: 0.001 };
    const set = await settings('read', { outputSpec: preset, servingUrlTemplate: 'http://m/{version}' });
    expect(set.body).toMatchObject({ outputSpec: spec, autoRollout: false });
    await version('read');
    const outputOf = async (n: number) =>
      (await api.call('GET', `/models/read/versions/${n}`)).body['outputSpec'] as Json;
    expect(await outputOf(1)).toEqual(spec);
    // Other settings leave it as it is; null takes it away, for versions to come.
    expect((await settings('read', { autoRollout: false })).body['outputSpec']).toEqual(spec);
    expect((await settings('read', { outputSpec: null })).body['outputSpec']).toBeNull();
    await version('read');
    expect([await outputOf(1), await outputOf(2)]).toEqual([spec, null]);
    const undecided = await settings('read', { outputSpec: 'mlflow' });
    expect([undecided.status, undecided.body['code']]).toEqual([422, 'output_spec_undecided']);
  });

  it('is registered although its rollout is refused, and an event says why', async () => {
    await make('busy');
    const policy = (await api.call('GET', '/models/busy/policy')).body;
    await api.call('PUT', '/models/busy/policy', { ...policy, onNewVersion: 'refuse' });
    await settings('busy', { autoRollout: true, servingUrlTemplate: 'http://m/{version}' });
    await version('busy');
    expect((await version('busy')).body['model_version']).toMatchObject({ version: '2' });
    expect(await rollouts('busy')).toHaveLength(1);
    const events: Json[] = (await api.call('GET', '/audit?model=busy')).body['items'];
    expect(events.find((e) => e['type'] === 'rollout.not_started')).toMatchObject({
      data: { version: 2, because: expect.stringContaining('refuses newer versions') },
    });
  });

  it.each([
    [{ autoRollout: true }, 'serving_url_missing', '/servingUrlTemplate'],
    [{ servingUrlTemplate: 'http://m/{secret}' }, 'request_invalid', '/servingUrlTemplate'],
    [{ servingUrlTemplate: 'file:///etc/passwd' }, 'request_invalid', '/servingUrlTemplate'],
    [{ servingUrlTemplate: 'http://user:password@m/{version}' }, 'request_invalid', '/servingUrlTemplate'],
    [{ autoRollout: 'yes' }, 'request_invalid', '/autoRollout'],
  ])('settings %j are refused', async (body, code, pointer) => {
    await mlflow('registered-models/create', { name: 'strict' });
    expect((await settings('strict', body)).body).toMatchObject({ status: 422, code, errors: [{ pointer }] });
  });
});

describe('the alias primary, set by an MLflow client', () => {
  const setPrimary = (name: string, n: string) =>
    mlflow('registered-models/alias', { name, alias: 'primary', version: n });

  it('is refused with a word on how releases work', async () => {
    await make('earned');
    await version('earned');
    expect((await setPrimary('earned', '1')).body).toMatchObject({
      error_code: 'INVALID_PARAMETER_VALUE',
      message: expect.stringContaining('a version earns it'),
    });
  });

  it('starts a rollout where the model says so; asked twice, one', async () => {
    await make('asked');
    await settings('asked', { primaryAliasStartsRollout: true, servingUrlTemplate: 'http://m/{version}' });
    await version('asked');
    expect(await rollouts('asked')).toEqual([]);
    expect((await setPrimary('asked', '1')).status).toBe(200);
    expect((await setPrimary('asked', '1')).status).toBe(200);
    expect(await rollouts('asked')).toMatchObject([{ version: 1, state: 'pending' }]);
    // It is not primary before it has earned it.
    expect((await api.call('GET', '/models/asked')).body['primary']).toBeNull();
    expect((await setPrimary('asked', '9')).body['error_code']).toBe('RESOURCE_DOES_NOT_EXIST');
  });
});

describe('a source that names what moves', () => {
  const registers = (name: string, source: string, as?: string) =>
    api.call('POST', '/api/2.0/mlflow/model-versions/create', { name, source }, as);
  const sourceOf = async (name: string, source: string): Promise<string> =>
    (await registers(name, source)).body['model_version'].source;

  it('is what it named when it was registered, also once that has moved', async () => {
    await make('origin');
    await make('moved');
    for (const n of [1, 2, 3]) {
      await registers('origin', `s3://bucket/${n}`);
      if (n === 2)
        await mlflow('model-versions/transition-stage', { name: 'origin', version: '2', stage: 'Staging' });
    }
    const champion = (version: string) =>
      mlflow('registered-models/alias', { name: 'origin', alias: 'champion', version });
    await champion('1');
    const first = await registers('moved', 'models:/origin@champion');
    expect(first.body['model_version'].source).toBe('models:/origin/1');
    await champion('3');
    const uri = '/api/2.0/mlflow/model-versions/get-download-uri?name=moved&version=1';
    expect((await api.call('GET', uri)).body).toEqual({ artifact_uri: 's3://bucket/1' });
    expect(await sourceOf('moved', 'models:/origin@champion')).toBe('models:/origin/3');
    expect(await sourceOf('moved', 'models:/origin/latest')).toBe('models:/origin/3');
    expect(await sourceOf('moved', 'models:/origin/staging')).toBe('models:/origin/2');
    // What does not move stays as it was said.
    for (const source of ['models:/origin/2', 'models:/m-0123', 'runs:/1/model', 's3://bucket/latest'])
      expect(await sourceOf('moved', source)).toBe(source);
  });

  it('is refused where nobody knows what it names, and no version is made', async () => {
    await make('unknown');
    const bound = await api.call('POST', '/tokens', { name: 'b', scopes: ['publish'], models: ['unknown'] });
    for (const [source, as] of [
      ['models:/unknown@challenger'],
      ['models:/nowhere/latest'],
      ['models:/unknown/Production'],
      // Another model is nothing to a token that may not see it.
      ['models:/origin@champion', bound.body['token']],
    ] as const)
      expect((await registers('unknown', source, as)).body).toMatchObject({
        ...{
          error_code: 'INVALID_PARAMETER_VALUE',
          message: expect.stringContaining(`The source ${source} names`),
        },
      });
    expect((await api.call('GET', '/models/unknown/versions')).body['items']).toEqual([]);
  });
});
