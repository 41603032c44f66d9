import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { SETTINGS_OF_A_MODEL, SMALL } from './written-settings.ts';

/** What files say of models: shown, planned, and applied as a whole. */
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
});
afterAll(() => api.close());

type Headers = Record<string, string>;
const apply = (models: unknown, headers: Headers = {}, as?: string) =>
  api.call('POST', '/model-settings', { models } as Json, as, headers);
const plan = (models: unknown, as?: string) =>
  api.call('POST', '/model-settings/plan', { models } as Json, as);
const shown = async (...names: string[]): Promise<Json> =>
  (await api.call('GET', `/model-settings?${names.map((name) => `model=${name}`).join('&')}`)).body['models'];
const isThere = async (name: string) => (await api.call('GET', `/models/${name}`)).status === 200;
const events = async (name: string): Promise<string[]> =>
  (await api.call('GET', `/audit?model=${name}&pageSize=200`)).body['items'].map(({ type }: Json) => type);
const parts = (answer: Json): string[] =>
  answer['models'].flatMap(({ model, changes }: Json) => changes.map(({ part }: Json) => `${model} ${part}`));

/** A policy with a ring and a gate on money: it needs a segment and prices that the same file says. */
const DEMANDING = {
  name: 'demanding',
  steps: [
    { canary: { segment: 'staff', minRequests: 10, maxDuration: '1h' } },
    { canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } },
  ],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.05 },
    { metric: 'cost_mean', maxIncreaseRatio: 1.5 },
  ],
};
const STAFF = { staff: { header: 'x-team', values: ['staff'] } };

describe('what a file says of models', () => {
  it('is made so as a whole, in whichever order it names what needs what, and a repeat does nothing', async () => {
    const models = {
      'fraud-prod': {
        policy: DEMANDING,
        environment: { name: 'prod', after: 'fraud-staging' },
        prices: { input: 2, output: 8 },
        segments: STAFF,
        tags: { team: 'risk' },
        callers: { unit: { header: 'x-user' } },
      },
      'fraud-staging': { environment: { name: 'staging' }, description: 'before prod' },
    };
    const planned = await plan(models);
    expect(planned.status).toBe(200);
    expect(await isThere('fraud-prod')).toBe(false);
    const done = await apply(models);
    expect(done).toMatchObject({ status: 200, body: { applied: true } });
    expect({ ...done.body, applied: false, warnings: [] }).toEqual({ ...planned.body, warnings: [] });
    expect(await shown('fraud-prod', 'fraud-staging')).toMatchObject({
      'fraud-prod': { policy: DEMANDING, segments: STAFF, environment: { after: 'fraud-staging' } },
      'fraud-staging': { description: 'before prod', environment: { name: 'staging', after: null } },
    });
    const before = await events('fraud-prod');
    const again = await apply(models);
    expect(parts(again.body)).toEqual([]);
    expect(await events('fraud-prod')).toEqual(before);
  });

  it('takes away what the policy of before needed, when the file has another policy', async () => {
    await apply({ lean: { policy: DEMANDING, segments: STAFF, prices: { input: 1, output: 1 } } });
    const kept = await apply({ lean: { segments: {}, prices: {} } });
    expect(kept).toMatchObject({ status: 409, body: { code: 'segment_in_use' } });
    expect(kept.body['errors'].map(({ pointer }: Json) => pointer)).toEqual([
      '/models/lean/segments/staff',
      '/models/lean/prices',
    ]);
    const done = await apply({ lean: { policy: SMALL, segments: {}, prices: {} } });
    expect(done.status).toBe(200);
    expect(await shown('lean')).toMatchObject({ lean: { segments: {}, prices: { versions: {} } } });
  });

  it('is refused as a whole, with every place, and leaves nothing behind', async () => {
    await apply({ there: { description: 'as it was' } });
    const refused = await apply({
      there: { description: 'another', policy: DEMANDING },
      fresh: { environment: { name: 'prod', after: 'nowhere' } },
    });
    expect(refused.status).toBe(422);
    const places = refused.body['errors'].map(({ pointer }: Json) => pointer);
    expect(places).toEqual(
      expect.arrayContaining(['/models/fresh/environment/after', '/models/there/policy/gates/1']),
    );
    expect((await shown('there'))['there']['description']).toBe('as it was');
    expect(await isThere('fresh')).toBe(false);
  });

  it.each<[string, unknown, string]>([
    ['no model', {}, '/models'],
    ['an unknown part', { m: { polcy: SMALL } }, '/models/m'],
    ['a name that is none', { 'a/b': {} }, '/models/a~1b'],
    ['a list', { m: { policy: [] } }, '/models/m/policy'],
    [
      'a mistake inside',
      { m: { policy: { ...SMALL, steps: [{ canary: {} }] } } },
      '/models/m/policy/steps/0',
    ],
    ['a part of another form', { m: { callers: { unit: 'x-user' } } }, '/models/m/callers/unit'],
  ])('names the place of %s', async (_what, models, place) => {
    for (const answer of [await plan(models), await apply(models)]) {
      expect([400, 422]).toContain(answer.status);
      expect(answer.body['errors'].map(({ pointer }: Json) => String(pointer))).toEqual(
        expect.arrayContaining([expect.stringMatching(new RegExp(`^${place}`))]),
      );
    }
    expect(await isThere('m')).toBe(false);
  });

  it('is what was shown, or nothing', async () => {
    const models = { seen: { description: 'by the file' } };
    const etag = (await plan(models)).headers.get('etag') ?? '';
    await api.call('POST', '/models', { name: 'seen', description: 'by somebody else' });
    expect(await apply(models, { 'if-match': etag })).toMatchObject({
      status: 412,
      body: { code: 'changed_meanwhile' },
    });
    const now = (await plan(models)).headers.get('etag') ?? '';
    expect((await apply(models, { 'if-match': now })).status).toBe(200);
  });

  it('is the word of who may: operators change, and who may publish makes', async () => {
    const operator = await api.token('operate');
    expect(await apply({ unmade: {} }, {}, operator)).toMatchObject({
      status: 404,
      body: { code: 'model_not_found' },
    });
    await apply({ theirs: { environment: { name: 'prod', after: null } }, first: {} });
    await apply({ theirs: { environment: { name: 'prod', after: 'first' } } });
    const loosened = await apply({ theirs: { environment: { name: 'prod' } } }, {}, operator);
    expect(loosened).toMatchObject({ status: 403, body: { code: 'environment_guarded' } });
    expect((await apply({ theirs: { description: 'x' } }, {}, operator)).status).toBe(200);
  });
});

describe('any settings', () => {
  it('are done as they were planned, read back as they were asked for, and then nothing is left to do', async () => {
    const models = fc.dictionary(fc.constantFrom('any-a', 'any-b', 'any-c'), SETTINGS_OF_A_MODEL, {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(models, async (asked) => {
        const planned = await plan(asked);
        const etag = planned.headers.get('etag');
        const done = await apply(asked, etag === null ? {} : { 'if-match': etag });
        // A plan is refused where the deed is, in the same words.
        expect([done.status, done.body['detail']]).toEqual([planned.status, planned.body['detail']]);
        if (done.status !== 200) return;
        expect({ ...done.body, applied: false }).toEqual(planned.body);
        const now = await shown(...Object.keys(asked));
        expect(parts((await plan(now)).body)).toEqual([]);
        expect(parts((await plan(asked)).body)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
