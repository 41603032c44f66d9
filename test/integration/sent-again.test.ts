import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { openDataSource } from '#libs/db';
import { type Json, startApi, type TestApi } from '../support/api.ts';
import { SETTINGS_OF_A_MODEL, SMALL } from './written-settings.ts';

/*
 * What is shown of a model is taken again, and what is sent again unchanged is no change: also where it was taken by a release that took more
 * (a segment by a credential), or that made other queries of the metrics that a policy names.
 */
let api: TestApi;
let database: Awaited<ReturnType<typeof openDataSource>>;
beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
  database = await openDataSource(api.databaseUrl, 1);
});
afterAll(async () => {
  await database.destroy();
  await api.close();
});

const ISTIO = {
  metric: 'prometheus',
  from: 'istio',
  of: 'error_rate',
  max: 0.01,
  service: 'v{{version}}',
  namespace: 'models',
};
const NAMED = { ...SMALL, gates: [...SMALL.gates, ISTIO] };
const OLD_QUERY = 'as_an_older_release_asked';
const CREDENTIAL = { from: 'header', name: 'authorization', values: ['Bearer x'] };

const apply = (models: unknown) => api.call('POST', '/model-settings', { models } as Json);
const plan = (models: unknown) => api.call('POST', '/model-settings/plan', { models } as Json);
const parts = (answer: Json): string[] =>
  answer['models'].flatMap(({ changes }: Json) => changes.map(({ part }: Json) => part));
const exported = async (name: string): Promise<Json> =>
  (await api.call('GET', `/model-settings?model=${name}`)).body['models'];
const asYaml = (text: string, headers: Record<string, string> = {}) =>
  api.call('PUT', '/models/any/policy', text, undefined, { 'content-type': 'application/yaml', ...headers });
async function written() {
  const response = await fetch(`${api.url}/api/v1/models/any/policy`, {
    headers: { authorization: `Bearer ${await api.token('read')}`, accept: 'application/yaml' },
  });
  return { text: await response.text(), etag: response.headers.get('etag') ?? '' };
}

/** The model as an older release would have left it. */
async function age(): Promise<void> {
  await database.query(
    `UPDATE model SET policy = jsonb_set(policy, '{gates,1,query}', $1) WHERE name = 'any' AND policy #> '{gates,1,query}' IS NOT NULL`,
    [JSON.stringify(OLD_QUERY)],
  );
  await database.query(
    `INSERT INTO caller_segment (model_id, name, rule) SELECT id, 'old', $1 FROM model WHERE name = 'any' ON CONFLICT DO NOTHING`,
    [JSON.stringify(CREDENTIAL)],
  );
}

describe('what is shown of a model, and what was sent before', () => {
  it('is taken again, and changes nothing, however old it is', async () => {
    const settings = fc.record({
      asked: SETTINGS_OF_A_MODEL.map(({ environment: _, ...rest }) => rest),
      policy: fc.constantFrom<object | null>(null, NAMED, NAMED),
      isCommented: fc.boolean(),
    });
    const seen = { named: 0, commented: 0, taken: 0 };
    await fc.assert(
      fc.asyncProperty(settings, async ({ asked, policy, isCommented }) => {
        const all = { ...asked, ...(policy && { policy }) };
        await database.query(`DELETE FROM caller_segment WHERE name = 'old'`);
        if ((await apply({ any: all })).status !== 200) return;
        seen.taken++;
        if (policy) seen.named++;
        if (isCommented) {
          const { text } = await written();
          expect((await asYaml(`# why\n${text.replace('# why\n', '')}`)).status).toBe(200);
          seen.commented++;
        }
        await age();
        const before = await written();
        const shown = await exported('any');
        for (const again of [await plan(shown), await apply(shown)])
          expect([again.status, again.body['errors'], parts(again.body)]).toEqual([200, undefined, []]);
        const repeated = await plan({ any: all });
        expect([repeated.status, repeated.body['errors']]).toEqual([200, undefined]);
        // The file of before knows nothing of the segment that is there by now.
        expect(parts(repeated.body).filter((part) => part !== 'segments')).toEqual([]);
        expect(await written()).toEqual(before);
        if (isCommented) expect(before.text).toMatch(/^# why\n/);
        if (policy) expect(before.text).toContain('from: istio');
      }),
      { numRuns: 40 },
    );
    expect(Math.min(seen.named, seen.commented, seen.taken)).toBeGreaterThan(4);
  }, 120_000);

  it('of a segment by a credential, no other is taken in its place, anywhere', async () => {
    await apply({ any: { policy: SMALL, segments: {} } });
    await age();
    const { body: kept } = await api.call('GET', '/models/any/segments');
    expect((await api.call('PUT', '/models/any/segments', kept)).status).toBe(200);
    const other = { old: { header: 'authorization', values: ['Bearer y'] } };
    const refused = [
      await api.call('PUT', '/models/any/segments', other),
      await apply({ any: { segments: other } }),
      await apply({ fresh: { segments: other } }),
    ];
    expect(refused.map(({ status, body }) => [status, body['code'], body['errors'][0]['pointer']])).toEqual([
      [422, 'request_invalid', '/old/header'],
      [422, 'request_invalid', '/models/any/segments/old/header'],
      [422, 'request_invalid', '/models/fresh/segments/old/header'],
    ]);
  });
});

describe('the text of a policy', () => {
  it('is not written over by who has seen an older comment; who has seen the document says nothing of comments', async () => {
    await asYaml(
      `# first\nname: a\nsteps: [{ canary: { weight: 10%, minRequests: 10, maxDuration: 1h } }]\ngates: [{ metric: error_rate, maxIncrease: 0.05 }]\n`,
    );
    const first = await written();
    const document = parse(first.text) as object;
    const second = first.text.replace('# first', '# second, of somebody else');
    expect((await asYaml(second)).status).toBe(200);
    const late = await asYaml(first.text.replace('# first', '# first, edited'), { 'if-match': first.etag });
    expect([late.status, (await written()).text]).toEqual([412, second]);
    const { headers } = await api.call('GET', '/models/any/policy');
    const seen = { 'if-match': headers.get('etag') ?? '' };
    // The same document as JSON takes no comment away.
    expect((await api.call('PUT', '/models/any/policy', document, undefined, seen)).status).toBe(200);
    expect((await written()).text).toBe(second);
    const third = first.text.replace('# first', '# third');
    expect((await asYaml(third, { 'if-match': (await written()).etag })).status).toBe(200);
    expect((await written()).text).toBe(third);
    expect((await asYaml(second, seen)).status).toBe(200);
  });

  it('stays as it was sent, and its queries as they were made, until it says something else', async () => {
    await apply({ any: { policy: NAMED } });
    await age();
    const { text } = await written();
    expect((await asYaml(`# a comment\n${text}`)).status).toBe(200);
    const kept = async () => (await api.call('GET', '/models/any/policy')).body['gates'][1]['query'];
    expect(await kept()).toBe(OLD_QUERY);
    expect((await asYaml(text.replace('max: 0.01', 'max: 0.02'))).status).toBe(200);
    expect(await kept()).not.toBe(OLD_QUERY);
  });
});
