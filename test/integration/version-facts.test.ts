import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let api: TestApi;
let server: TestModelServer;
beforeAll(async () => {
  api = await startApi();
  server = await startModelServer((_request, _body, response) => response.end('{}'));
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

const register = (model: string, more: Json = {}) =>
  api.call('POST', `/models/${encodeURIComponent(model)}/versions`, {
    ...{ servingUrl: server.url, createModel: true },
    ...more,
  });
const named = (nodes: Json[]): string[] => nodes.map((n) => `${n['model']} ${n['version']}`).sort();

describe('lineage', () => {
  beforeAll(async () => {
    await register('embedder', { source: { commit: 'abc' }, dataset: { name: 'clicks' } });
    await register('ranker', { upstreams: [{ model: 'embedder', version: 1 }] });
    await register('blender', {
      upstreams: [
        { model: 'ranker', version: 1 },
        { model: 'embedder', version: 1 },
      ],
    });
    await register('ranker', { upstreams: [{ model: 'ranker', version: 1 }] });
  });

  it('walks both ways', async () => {
    const { body } = await api.call('GET', '/models/ranker/versions/1/lineage');
    expect(named(body['nodes'])).toEqual(['blender 1', 'embedder 1', 'ranker 1', 'ranker 2']);
    expect(body['nodes'].find((n: Json) => n['model'] === 'embedder')).toMatchObject({
      ...{ direction: 'upstream', distance: 1, serves: false, deleted: false },
      ...{ source: { commit: 'abc' }, dataset: { name: 'clicks' } },
    });
    expect(body['edges']).toContainEqual({
      from: { model: 'embedder', version: 1 },
      to: { model: 'ranker', version: 1 },
    });
    const up = await api.call('GET', '/models/blender/versions/1/lineage?direction=upstream&depth=1');
    expect(named(up.body['nodes'])).toEqual(['blender 1', 'embedder 1', 'ranker 1']);
    expect(up.body['truncated']).toBe(true);
  });

  it.each([
    ['what is not there', [{ model: 'embedder', version: 99 }], 'upstream_not_found', '/upstreams/0'],
    ['a model that is not there', [{ model: 'nobody', version: 1 }], 'upstream_not_found', '/upstreams/0'],
    [
      'the version itself',
      [
        { model: 'embedder', version: 1 },
        { model: 'ranker', version: 3 },
      ],
      'lineage_cycle',
      '/upstreams/1',
    ],
  ])('cannot name %s', async (_what, upstreams, code, pointer) => {
    const { body } = await register('ranker', { upstreams });
    expect(body).toMatchObject({ status: 422, code, errors: [{ pointer }] });
    expect((await api.call('GET', '/models/ranker/versions')).body['items']).toHaveLength(2);
  });

  it('stays when a model is renamed, and when it is deleted', async () => {
    await register('old name');
    await register('consumer', { upstreams: [{ model: 'old name', version: 1 }] });
    expect((await api.call('PATCH', '/models/old%20name', { name: 'new name' })).body['name']).toBe(
      'new name',
    );
    const version = await api.call('GET', '/models/consumer/versions/1');
    expect(version.body['upstreams']).toEqual([{ model: 'new name', version: 1 }]);
    expect((await api.call('DELETE', '/models/new%20name')).status).toBe(204);
    await register('new name'); // another one
    const { body } = await api.call('GET', '/models/consumer/versions/1/lineage');
    expect(body['nodes']).toContainEqual(
      expect.objectContaining({ model: 'new name', version: 1, deleted: true, direction: 'upstream' }),
    );
    const other = await api.call('GET', '/models/new%20name/versions/1/lineage');
    expect(named(other.body['nodes'])).toEqual(['new name 1']);
  });
});

describe('metrics', () => {
  it('are series by step, with the newest on the version; the same step again replaces', async () => {
    await register('measured', { metrics: { auc: 0.5 } });
    const post = (body: Json) => api.call('POST', '/models/measured/versions/1/metrics', body);
    await post({ metrics: { auc: 0.7, loss: 2 }, step: 10, timestamp: '2026-01-02T03:04:05.006Z' });
    await post({
      points: [
        { metric: 'auc', value: 0.6, step: 5 },
        { metric: 'auc', value: 0.8, step: 10 },
      ],
    });
    expect((await api.call('GET', '/models/measured/versions/1')).body['metrics']).toEqual({
      auc: 0.8,
      loss: 2,
    });
    const auc = (await api.call('GET', '/models/measured/versions/1/metrics?metric=auc')).body['items'];
    expect(auc.map((p: Json) => [p['step'], p['value']])).toEqual([
      [0, 0.5],
      [5, 0.6],
      [10, 0.8],
    ]);
    const loss = (await api.call('GET', '/models/measured/versions/1/metrics?metric=loss')).body['items'];
    expect(loss).toEqual([{ metric: 'loss', step: 10, value: 2, timestamp: '2026-01-02T03:04:05.006Z' }]);
    const events = (await api.call('GET', '/audit?model=measured')).body['items'];
    expect(events.filter((e: Json) => e['type'] === 'version.metrics_added')).toHaveLength(2);
  });

  it('by the ten thousand, page by page, each point once', async () => {
    await register('long');
    const points = Array.from({ length: 10_000 }, (_, step) => ({
      metric: `m${step % 3}`,
      value: step,
      step,
    }));
    expect((await api.call('POST', '/models/long/versions/1/metrics', { points })).status).toBe(200);
    const seen: string[] = [];
    let token: string | null = '';
    while (token !== null) {
      const page: { body: Json } = await api.call(
        'GET',
        `/models/long/versions/1/metrics?pageSize=3333${token === '' ? '' : `&pageToken=${token}`}`,
      );
      seen.push(...page.body['items'].map((p: Json) => `${p['metric']} ${p['step']}`));
      token = page.body['nextPageToken'];
    }
    expect(seen).toHaveLength(10_000);
    expect(new Set(seen).size).toBe(10_000);
    expect((await api.call('GET', '/models/long/versions/1')).body['metrics']).toEqual({
      m0: 9_999,
      m1: 9_997,
      m2: 9_998,
    });
  });

  it.each([
    ['nothing', {}],
    ['a number as a string', { metrics: { auc: '0.7' } }],
    ['null', { metrics: { auc: null } }],
    ['Infinity', '{"metrics":{"auc":1e309}}'],
    ['more points than one request holds', { points: Array(10_001).fill({ metric: 'a', value: 1 }) }],
    ['a step that is none', { metrics: { auc: 1 }, step: 0.5 }],
    ['a time that is none', { metrics: { auc: 1 }, timestamp: 'yesterday' }],
  ])('%s is refused', async (_what, body) => {
    await register('strict');
    expect((await api.call('POST', '/models/strict/versions/1/metrics', body)).status).toBe(422);
    expect((await api.call('GET', '/models/strict/versions/1')).body['metrics']).toEqual({});
  });
});

describe('compatibility', () => {
  const tensors = (datatype: string) => ({
    inputs: [{ name: 'x', datatype, shape: [-1, 4] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
  });
  it('of two versions says what would break', async () => {
    await register('typed', { signature: tensors('FP32') });
    await register('typed', { signature: tensors('FP32') });
    await register('typed', { signature: tensors('INT64') });
    await register('typed');
    const compare = async (version: number, other: string) =>
      (await api.call('GET', `/models/typed/versions/${version}/compatibility${other}`)).body;
    expect(await compare(2, '?with=1')).toMatchObject({ compatible: true, comparedWith: 1, breaks: [] });
    expect(await compare(3, '?with=1')).toMatchObject({
      compatible: false,
      breaks: [expect.stringContaining('INT64')],
    });
    expect(await compare(4, '?with=1')).toMatchObject({
      compatible: null,
      because: 'version 4 brings no signature',
    });
    expect(await compare(2, '')).toMatchObject({ status: 409, code: 'no_primary' });
    expect(await compare(2, '?with=99')).toMatchObject({ status: 404, code: 'version_not_found' });
  });
});

describe('model card', () => {
  it('comes back as Markdown, never as a page', async () => {
    const card = '# Ranker\n\n<script>alert(1)</script> **bold** ✓';
    await register('carded', { card });
    expect((await api.call('GET', '/models/carded/versions/1')).body['hasCard']).toBe(true);
    const token = await api.token('read');
    const answer = await fetch(`${api.url}/api/v1/models/carded/versions/1/card`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe(card);
  });
});
