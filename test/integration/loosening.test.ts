import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { DEFAULT_POLICY_DOCUMENT } from '#libs/rollout';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Who may loosen the rails, and what is left on the record when somebody does. */
let api: TestApi;
let server: TestModelServer;
let source: { readonly name: string; readonly secret: string };
let publisher: string;
let operator: string;
beforeAll(async () => {
  [api, server] = await Promise.all([startApi(), startModelServer((_q, _b, response) => json(response, {}))]);
  const asked = { name: 'ci', kind: 'standard', models: ['*'] };
  source = (await api.call('POST', '/webhook-sources', asked)).body as never;
  publisher = await api.token('publish', 'read');
  operator = await api.token('operate', 'publish', 'read');
});
afterAll(async () => {
  await api.close();
  await server.stop();
});

const LOOSE = { name: 'mine', steps: [], gates: [], promoteWhen: 'notFailed' };
const TIGHT = {
  ...DEFAULT_POLICY_DOCUMENT,
  name: 'mine',
  fourEyes: true,
  steps: [...DEFAULT_POLICY_DOCUMENT.steps],
};
TIGHT.steps.splice(5, 0, { approval: { approvers: 2 } } as never);

/** A version without a rollout, by MLflow's way: nothing is probed. */
async function versionOf(model: string): Promise<number> {
  await api.call('POST', '/api/2.0/mlflow/registered-models/create', { name: model });
  const made = await api.call('POST', '/api/2.0/mlflow/model-versions/create', {
    name: model,
    source: 's3://b/m',
  });
  return Number(made.body['model_version'].version);
}
const release = (model: string, body: Json, token: string | undefined) =>
  api.call('POST', `/models/${model}/rollouts`, body, token);
/** As a CI system delivers it, signed. */
function delivered(data: Json) {
  const [text, id, at] = [JSON.stringify({ type: 'version.registered', data }), randomUUID(), new Date()];
  return api.call('POST', `/webhooks/standard/${source.name}`, text, null, {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(source.secret).sign(id, at, text),
  });
}
const events = async (model: string, type: string): Promise<Json[]> =>
  (await api.call('GET', `/audit?model=${model}&pageSize=200`)).body['items'].filter(
    (event: Json) => event['type'] === type,
  );

describe('a policy that comes with a release', () => {
  it("may tighten the model's, which is the default where it has none", async () => {
    const version = await versionOf('tight');
    const started = await release('tight', { version, policy: TIGHT }, publisher);
    expect(started.status).toBe(201);
    expect(started.body['policy']).toMatchObject({ name: 'mine', fourEyes: true });
    expect((await events('tight', 'rollout.created'))[0]).toMatchObject({ data: { loosened: [] } });
  });

  it.each([
    ['a publisher', () => publisher],
    ['an operator', () => operator],
  ])('may not loosen it by the word of %s: 403 names every place', async (who, token) => {
    const model = `loose-${who.replaceAll(' ', '-')}`;
    const version = await versionOf(model);
    const refused = await release(model, { version, policy: LOOSE }, token());
    expect([refused.status, refused.body['code']]).toEqual([403, 'policy_looser']);
    const places = (refused.body['errors'] as Json[]).map((error) => error['pointer']);
    expect(places).toEqual(expect.arrayContaining(['/steps', '/gates', '/promoteWhen']));
    expect(refused.body['errors'][0].detail).toMatch(/the model's policy says .*: /);
    expect(await events(model, 'rollout.created')).toEqual([]);
  });

  it('is refused as a whole with the version that brings it, whichever way it comes', async () => {
    await api.call('POST', '/models', { name: 'whole' });
    const version = { servingUrl: server.url, rollout: { policy: LOOSE } };
    const refused = await api.call('POST', '/models/whole/versions', version, publisher);
    expect([refused.status, refused.body['code']]).toEqual([403, 'policy_looser']);
    const manifest = await api.call('POST', '/manifests', { model: 'whole', ...version }, publisher);
    expect([manifest.status, manifest.body['code']]).toEqual([403, 'policy_looser']);
    const signed = await delivered({ model: 'whole', ...version });
    expect([signed.status, signed.body['code']]).toEqual([403, 'policy_looser']);
    expect((await api.call('GET', '/models/whole/versions')).body['items']).toEqual([]);
    // What they bring is well otherwise.
    const tight = { servingUrl: server.url, rollout: { policy: TIGHT } };
    expect((await api.call('POST', '/models/whole/versions', tight, publisher)).status).toBe(201);
    expect((await delivered({ model: 'whole', ...tight })).status).toBe(200);
  });

  it("may loosen it by an admin's word, and the record says in what", async () => {
    const version = await versionOf('admin-loose');
    expect((await release('admin-loose', { version, policy: LOOSE }, undefined)).status).toBe(201);
    const [event] = await events('admin-loose', 'rollout.created');
    expect(event!['data'].loosened).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: '/promoteWhen', release: 'notFailed', model: 'proven' }),
      ]),
    );
  });

  it('gets the error budget by which its further gates make no other find harm later', async () => {
    const version = await versionOf('padded');
    const gates = [...DEFAULT_POLICY_DOCUMENT.gates, { metric: 'latency_mean', maxIncrease: 1e7 }];
    const policy = { ...DEFAULT_POLICY_DOCUMENT, gates };
    const { body } = await release('padded', { version, policy }, publisher);
    expect(body['policy']).toMatchObject({ alpha: expect.closeTo((0.05 * 16) / 11, 6), beta: 0.05 });
    // Asked again, it is the same rollout.
    expect((await release('padded', { version, policy }, publisher)).body['id']).toBe(body['id']);
  });

  it('is not loosened by a retry of what an admin has started', async () => {
    const version = await versionOf('retried');
    const { body } = await release('retried', { version, policy: LOOSE }, undefined);
    await api.call('POST', `/rollouts/${body['id']}/abort`, { reason: 'x' });
    const refused = await api.call('POST', `/rollouts/${body['id']}/retry`, { reason: 'again' }, operator);
    expect([refused.status, refused.body['code']]).toEqual([403, 'policy_looser']);
    expect((await api.call('POST', `/rollouts/${body['id']}/retry`, { reason: 'again' })).status).toBe(200);
  });
});

describe('the same version asked for again while its rollout lives', () => {
  const policy = {
    ...DEFAULT_POLICY_DOCUMENT,
    freeze: [{ cron: '0 0 1 1 *', duration: '1d', reason: 'sale' }],
  };

  it('is answered with it, but not by another policy', async () => {
    const version = await versionOf('again');
    const { body } = await release('again', { version, policy }, publisher);
    expect((await release('again', { version }, publisher)).body['id']).toBe(body['id']);
    const other = { ...policy, consecutiveErrors: 2 };
    const refused = await release('again', { version, policy: other }, publisher);
    expect([refused.status, refused.body['code']]).toEqual([409, 'rollout_has_another_policy']);
  });

  it('becomes a hot fix when somebody who may says so, and stays one when it is retried', async () => {
    const version = await versionOf('hot');
    const { body } = await release('hot', { version, policy }, publisher);
    const hot = { version, policy, overrideFreeze: true, reason: 'for the sale itself' };
    const refused = await release('hot', hot, publisher);
    expect([refused.status, refused.body['code']]).toEqual([403, 'freeze_override_forbidden']);
    const taken = await release('hot', hot, operator);
    expect(taken.body).toMatchObject({ id: body['id'], overridesFreeze: true });
    expect(await events('hot', 'rollout.freeze_overridden')).toMatchObject([
      { data: { because: hot.reason } },
    ]);
    // Asked once more, nothing happens.
    expect((await release('hot', hot, operator)).body['id']).toBe(body['id']);
    expect(await events('hot', 'rollout.freeze_overridden')).toHaveLength(1);
    await api.call('POST', `/rollouts/${body['id']}/abort`, { reason: 'x' });
    const retried = await api.call('POST', `/rollouts/${body['id']}/retry`, { reason: 'again' }, operator);
    expect(retried.body).toMatchObject({ overridesFreeze: true, version });
  });
});

describe('what guards a model', () => {
  it('is taken away with it by operators and admins only, and four eyes by admins only', async () => {
    await api.call('POST', '/models', { name: 'guarded' });
    await api.call('PUT', '/models/guarded/policy', TIGHT);
    for (const [method, path, body] of [
      ['DELETE', '/models/guarded', undefined],
      ['PATCH', '/models/guarded', { name: 'unguarded' }],
      ['DELETE', '/api/2.0/mlflow/registered-models/delete', { name: 'guarded' }],
      ['POST', '/api/2.0/mlflow/registered-models/rename', { name: 'guarded', new_name: 'unguarded' }],
    ] as const) {
      for (const token of [publisher, operator])
        expect([path, (await api.call(method, path, body, token)).status]).toEqual([path, 403]);
    }
    await api.call('PUT', '/models/guarded/policy', { ...TIGHT, fourEyes: false });
    for (const [method, path, body] of [
      ['DELETE', '/models/guarded', undefined],
      ['POST', '/api/2.0/mlflow/registered-models/rename', { name: 'guarded', new_name: 'unguarded' }],
    ] as const)
      expect([path, (await api.call(method, path, body, publisher)).status]).toEqual([path, 403]);
    expect((await api.call('PATCH', '/models/guarded', { name: 'renamed' }, operator)).status).toBe(200);
    expect((await api.call('DELETE', '/models/renamed', undefined, operator)).status).toBe(204);
  });

  it("a model without guards is its maker's to delete", async () => {
    await api.call('POST', '/models', { name: 'bare' }, publisher);
    expect((await api.call('DELETE', '/models/bare', undefined, publisher)).status).toBe(204);
  });

  it('a model is made with a policy that tightens the default, or by an operator', async () => {
    const make = (name: string, policy: Json, token: string) =>
      api.call('POST', '/models', { name, policy }, token);
    expect((await make('own-tight', TIGHT, publisher)).status).toBe(201);
    expect((await make('own-loose', LOOSE, publisher)).body['code']).toBe('policy_looser');
    expect((await make('own-loose', LOOSE, operator)).status).toBe(201);
    expect((await events('own-loose', 'model.created'))[0]!['data'].loosened).not.toEqual([]);
  });

  it("golden requests, and how MLflow's versions are released, are set by operators", async () => {
    await api.call('POST', '/models', { name: 'set' }, publisher);
    expect((await api.call('PUT', '/models/set/golden', { items: [] }, publisher)).status).toBe(403);
    expect((await api.call('PUT', '/models/set/golden', { items: [] }, operator)).status).toBe(200);
    const settings = { servingUrlTemplate: 'http://m/{version}' };
    expect((await api.call('PATCH', '/models/set', settings, publisher)).body['code']).toBe(
      'release_settings_guarded',
    );
    expect((await api.call('PATCH', '/models/set', settings, operator)).status).toBe(200);
    const read = { outputSpec: { kind: 'label', path: '$.label' } };
    expect((await api.call('PATCH', '/models/set', read, publisher)).body['code']).toBe(
      'release_settings_guarded',
    );
    expect((await events('set', 'model.golden_replaced'))[0]).toMatchObject({
      data: { before: null, after: expect.stringMatching(/^sha256:/) },
    });
  });

  it("a first version brings the model's output spec, or an operator's word: by its own, all after it would be read", async () => {
    await api.call('POST', '/models', { name: 'measured' }, publisher);
    const score = (tolerance: number) => ({
      outputSpec: { kind: 'score', path: '$.predictions[*]', tolerance },
    });
    expect((await api.call('PATCH', '/models/measured', score(0.001), operator)).status).toBe(200);
    const register = (tolerance: number, token: string) =>
      api.call(
        'POST',
        '/models/measured/versions',
        { servingUrl: server.url, rollout: true, ...score(tolerance) },
        token,
      );
    expect(await register(1e9, publisher)).toMatchObject({
      ...{ status: 403, body: { code: 'output_spec_looser', detail: expect.stringMatching(/the model's/) } },
    });
    expect((await register(0.001, publisher)).status).toBe(201);
    expect((await register(1e9, operator)).status).toBe(201);
  });

  it('four eyes are taken away by an admin only, and the record says what became looser', async () => {
    await api.call('POST', '/models', { name: 'eyes' });
    expect((await api.call('PUT', '/models/eyes/policy', TIGHT, operator)).status).toBe(200);
    const refused = await api.call('PUT', '/models/eyes/policy', { ...TIGHT, fourEyes: false }, operator);
    expect([refused.status, refused.body['code']]).toEqual([403, 'policy_looser']);
    expect((await api.call('PUT', '/models/eyes/policy', { ...TIGHT, fourEyes: false })).status).toBe(200);
    const [last] = await events('eyes', 'model.policy_replaced');
    expect(last!['data']).toMatchObject({
      before: expect.stringMatching(/^sha256:/),
      after: expect.stringMatching(/^sha256:/),
      loosened: [expect.objectContaining({ field: '/fourEyes' })],
    });
  });
});

describe('a freeze', () => {
  it("is no reason for an admin's promotion to wait, and the record says that it was one", async () => {
    const begun = new Date(Date.now() - 3_600_000);
    const cron = `${begun.getUTCMinutes()} ${begun.getUTCHours()} * * *`;
    const freeze = [{ cron, duration: '3h', reason: 'sale' }];
    const made = await api.call('POST', '/models', {
      ...{ name: 'frozen', policy: { ...DEFAULT_POLICY_DOCUMENT, freeze } },
    });
    expect(made.status).toBe(201);
    await api.call('POST', '/models/frozen/versions', { servingUrl: server.url });
    const moved = await api.call('POST', '/models/frozen/promote', { version: 1, reason: 'now' });
    expect(moved.body).toMatchObject({ primary: 1 });
    expect((await events('frozen', 'rollout.created'))[0]!['data'].reason).toMatch(
      /^now \(overriding the freeze until \d{4}-.*, sale\)$/,
    );
  });
});

describe('what newer versions are measured by', () => {
  const outputSpec = { kind: 'score', path: '$.score', tolerance: 0.01 };
  const register = (model: string, more: Json, token?: string) =>
    api.call('POST', `/models/${model}/versions`, { servingUrl: server.url, ...more }, token);
  /** A model whose version 1 serves. */
  async function serving(model: string): Promise<void> {
    await api.call('POST', '/models', { name: model });
    await register(model, { outputSpec, metrics: { auc: 0.9 } });
    const moved = await api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'x' });
    expect(moved.body).toMatchObject({ primary: 1 });
  }

  it("is read of their answers as it is of the primary's, or more exactly", async () => {
    await serving('read');
    for (const other of [null, { ...outputSpec, tolerance: 1 }, { ...outputSpec, path: '$.other' }]) {
      const refused = await register('read', { outputSpec: other, rollout: true }, publisher);
      expect([other, refused.status, refused.body['code']]).toEqual([other, 403, 'output_spec_looser']);
    }
    const exact = { ...outputSpec, tolerance: 0 };
    expect((await register('read', { outputSpec: exact, rollout: true }, publisher)).status).toBe(201);
    // Somebody else may release what a publisher has only registered.
    const only = await register('read', { outputSpec: null }, publisher);
    const version = only.body['version'] as number;
    expect((await release('read', { version }, publisher)).body['code']).toBe('output_spec_looser');
    expect((await release('read', { version }, operator)).status).toBe(201);
    expect((await events('read', 'rollout.created'))[0]!['data'].loosened).toMatchObject([
      { field: '/outputSpec' },
    ]);
  });

  it('is the whole answer while the primary has no output spec: what of it counts, an operator says', async () => {
    await api.call('POST', '/models', { name: 'whole' });
    await register('whole', {});
    await api.call('POST', '/models/whole/promote', { version: 1, reason: 'x' });
    const refused = await register('whole', { outputSpec, rollout: true }, publisher);
    expect([refused.status, refused.body['code']]).toEqual([403, 'output_spec_looser']);
    expect((await register('whole', { rollout: true }, publisher)).status).toBe(201);
  });

  it('is read of what an MLflow client registers as of the primary', async () => {
    await serving('mlflow-read');
    const version = await versionOf('mlflow-read');
    const { body } = await api.call('GET', `/models/mlflow-read/versions/${version}`);
    expect(body['outputSpec']).toEqual(outputSpec);
  });

  it('are the metrics of what has served, which their authors do not rewrite', async () => {
    await serving('metrics');
    const checks = { metrics: { auc: { maxDecrease: 0.01 } } };
    const steps = [{ checks }, ...DEFAULT_POLICY_DOCUMENT.steps.slice(1)];
    await api.call('PUT', '/models/metrics/policy', { ...DEFAULT_POLICY_DOCUMENT, steps });
    const measure = (metrics: Json, token: string) =>
      api.call('POST', '/models/metrics/versions/1/metrics', { metrics }, token);
    const refused = await measure({ auc: 0.1 }, publisher);
    expect([refused.status, refused.body['code']]).toEqual([403, 'metrics_guarded']);
    expect((await measure({ requests: 5 }, publisher)).status).toBe(200);
    expect((await measure({ auc: 0.91 }, operator)).status).toBe(200);
  });

  it('a model that has served is not deleted by who only submits, even when nothing of it serves', async () => {
    await serving('served');
    const refused = await api.call('DELETE', '/models/served', undefined, publisher);
    expect([refused.status, refused.body['code']]).toEqual([403, 'model_guarded']);
  });
});
