import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModelAnswer, specsOf, type Route } from '#libs/traffic';
import { EvidenceCollector } from '#libs/data-plane';
import { observeComparison, observeExchange } from '../../apps/gateway/src/evidence/observe-exchange.ts';
import { compareOutputs } from '../../libs/traffic/src/output/compare-outputs.ts';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let gateway: string;
let sequence = 0;
beforeAll(async () => {
  api = await startApi();
  gateway = await api.token('gateway');
  const model = { createModel: true, servingUrl: api.url, rollout: false };
  expect((await api.call('POST', '/models/m/versions', model)).status).toBe(201);
});
afterAll(() => api.close());

/** Raw JSON, since `JSON.stringify` would make `null` of what is tested here. */
const POISON: readonly (readonly [name: string, raw: string])[] = [
  ['NaN', 'NaN'],
  ['Infinity', '1e309'],
  ['-Infinity', '-1e309'],
  ['1e308', '1e308'],
  ['null', 'null'],
  ['a number as a string', '"1"'],
  ['true', 'true'],
  ['a list', '[1]'],
  ['an object', '{}'],
];
const tally = (more: string): string =>
  `{"requests":2,"errors":0,"compared":0,"agreed":0,"dropped":0,"latency":{"count":2,"buckets":{"1":2}}${more}}`;
const batch = (tallyText: string): string =>
  `{"gateway":"g","boot":"b","sequence":${++sequence},"acknowledged":[],"entries":[{"rolloutId":"${randomUUID()}","revision":1,"arm":"primary","tally":${tallyText}}]}`;
const send = async (body: string) => {
  const answer = await api.call('POST', '/gateway/evidence', body, gateway);
  return {
    status: answer.status,
    pointer: (answer.body['errors'] ?? answer.body['refused'])?.[0]?.pointer as string | undefined,
  };
};

describe('poison at the doors is refused, and said where', () => {
  it.each(POISON)('%s as a metric of a version', async (_name, raw) => {
    const answer = await api.call('POST', '/models/m/versions/1/metrics', `{"metrics":{"accuracy":${raw}}}`);
    expect([400, 422]).toContain(answer.status);
    expect(['json_malformed', 'request_invalid']).toContain(answer.body['code']);
    if (answer.status === 422) expect(answer.body['errors'][0].pointer).toBe('/metrics/accuracy');
    expect((await api.call('GET', '/models/m/versions/1')).body['metrics']).toEqual({});
  });

  it.each(POISON)('%s as feedback', async (_name, raw) => {
    const at = new Date().toISOString();
    const answer = await api.call(
      'POST',
      '/feedback',
      `{"items":[{"unit":"u","model":"m","metric":"click","at":"${at}","value":${raw}}]}`,
    );
    expect([400, 422]).toContain(answer.status);
    if (answer.status === 422) expect(answer.body['errors'][0].pointer).toBe('/items/0/value');
  });

  it.each([...POISON, ['-1', '-1'], ['half', '0.5']] as const)(
    '%s as a count of evidence',
    async (_n, raw) => {
      const { status, pointer } = await send(batch(tally('').replace('"requests":2', `"requests":${raw}`)));
      expect([400, 200]).toContain(status);
      if (status === 200) expect(pointer).toMatch(/^\/entries\/0\/tally/);
    },
  );

  it.each(POISON)('%s as a mean of evidence', async (_name, raw) => {
    const { status, pointer } = await send(batch(tally(`,"measures":{"x":{"n":1,"mean":${raw},"m2":0}}`)));
    expect([400, 200]).toContain(status);
    if (status === 200) expect(pointer).toMatch(/^\/entries\/0\/tally\/measures\/x\/mean/);
  });

  it('a negative latency, and one beyond every bucket', async () => {
    for (const bucket of ['-99999', '99999', 'NaN', '1.5'])
      expect((await send(batch(tally('').replace('"1":2', `"${bucket}":2`)))).pointer).toMatch(
        /^\/entries\/0\/tally\/latency/,
      );
  });

  it('a thousand names of metrics in one batch', async () => {
    const names = Array.from({ length: 1_000 }, (_n, i) => `"m${i}":{"n":1,"mean":0,"m2":0}`).join();
    expect((await send(batch(tally(`,"measures":{${names}}`)))).pointer).toBe('/entries/0/tally/measures');
    const metrics = Object.fromEntries(Array.from({ length: 100_000 }, (_n, i) => [`m${i}`, i]));
    const answer = await api.call('POST', '/models/m/versions/1/metrics', { metrics });
    expect([answer.status, answer.body['errors'][0].pointer]).toEqual([422, '/metrics']);
  });
});

describe('poison in answers', () => {
  const ranking = { kind: 'ranking', path: '$.y', minCorrelation: 0.5 } as const;
  const route: Route = {
    model: 'm',
    rolloutId: randomUUID(),
    revision: 1,
    salt: 's',
    primary: { version: 1, url: 'http://127.0.0.1:1' },
    candidate: { version: 2, url: 'http://127.0.0.1:2', mode: 'shadow', weight: 10_000 },
    outputSpec: { kind: 'tensor', path: '$.y', tolerance: 0 },
    reading: null,
  } as unknown as Route;

  it('is counted as a violation of the form, and never spoils the batch that others are in', async () => {
    const collector = new EvidenceCollector();
    const answers = ['[1e308,-1e308]', '[1e15,-1e15]', '[NaN]', '[1e309]', '["1"]', '[-0]', '[5e-324]', '{}'];
    for (const outputSpec of [route.outputSpec, ranking])
      for (const primary of answers)
        for (const candidate of answers) {
          const on = { ...route, outputSpec };
          const [a, b] = [primary, candidate].map((y) => new ModelAnswer(200, `{"y":${y}}`));
          if (!a || !b) continue;
          const compared = compareOutputs(a, b, specsOf(on));
          const outcome = { failed: false, latencyMs: 1e308, unitGroup: 0, segments: [] };
          collector.count(on, 'shadow', { ...outcome, comparison: compared.outcome });
          const seen = observeExchange(on, 'shadow', null, b);
          const measures = [
            ...seen.measures,
            ...observeComparison(compared, { candidate: false, primary: false }),
          ];
          collector.observe(on, 'shadow', [], { ...seen, measures });
        }
    const entries = collector.drain();
    expect(entries[0]?.tally.measures['schema_violation']?.mean).toBeGreaterThan(0.5);
    const body = { gateway: 'g', boot: 'b', sequence: ++sequence, acknowledged: [], entries };
    expect((await api.call('POST', '/gateway/evidence', body, gateway)).body).toMatchObject({
      counted: true,
      refusedCount: 0,
    });
  });
});
