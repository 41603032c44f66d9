import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { eventually } from '../support/installation.ts';

/** OF_NOBODY.perMinute of `apps/api/src/access/refusal-tally.ts`, and one at the end. */
const MOST_OF_NOBODY = 11;

let api: TestApi;
beforeAll(async () => {
  // What is counted here is what is written, not how often an address may call.
  api = await startApi({ RATE_LIMIT_ANONYMOUS: '0' });
});
afterAll(() => api.close());

/** As the database has them. */
async function refusals(): Promise<Json[]> {
  const client = new pg.Client({ connectionString: api.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Json>(
      `SELECT actor, data FROM event WHERE type = 'access.refused' ORDER BY sequence`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
const sum = (events: Json[]) => events.reduce((all, { data }) => all + Number(data.count), 0);

/** Without a token: every way to be refused, with names of one's own. */
async function flood(count: number): Promise<number> {
  const paths = [
    (i: number) => `/models/${encodeURIComponent('é'.repeat(200))}${i}`,
    (i: number) => `/models/${encodeURIComponent(`nul\0${i}`)}/versions`,
    (i: number) => `/models/x${i}/primary`,
    (i: number) => `/api/2.0/mlflow/registered-models/get?name=${i}`,
    (i: number) => `/rollouts/${i}`,
    () => '/audit',
    () => '/tokens',
    () => '/subscriptions',
    () => '/policies',
    () => '/webhook-sources',
    () => '/stream',
    () => '/gateway/routes',
  ];
  let refused = 0;
  for (let i = 0; i < count; i += 20) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, k) => {
        const path = (paths[(i + k) % paths.length] ?? String)(i + k);
        const token = [null, 'us_wrong', `made-up-${i}`][i % 3] ?? null;
        return api.call('GET', path, undefined, token);
      }),
    );
    refused += answers.filter(({ status }) => status === 401).length;
  }
  return refused;
}

describe('the record that nothing is taken from', () => {
  let sent: number;

  it('grows by little, whatever is sent without a token', async () => {
    sent = await flood(1_200);
    expect(sent).toBeGreaterThan(900);
    // A caller that we know is seen meanwhile, with what it tried.
    const reader = await api.token('read');
    await api.call('DELETE', '/models/fraud', undefined, reader);
    const found = await eventually(refusals, (all) => all.some(({ actor }) => actor === 'token:read'));
    expect(found.find(({ actor }) => actor === 'token:read')?.['data']).toMatchObject({
      ...{ status: 403, code: 'scope_missing', method: 'DELETE', model: 'fraud', count: 1 },
    });
    const ofNobody = found.filter(({ actor }) => actor === 'nobody');
    expect(ofNobody.length).toBeGreaterThan(0);
    expect(ofNobody.length).toBeLessThanOrEqual(MOST_OF_NOBODY);
    expect(JSON.stringify(ofNobody)).not.toMatch(/é|nul[^l]|made-up/);
  });

  it('is told in the figures at once, each', async () => {
    const figures = await (await fetch(`${api.url}/metrics`)).text();
    const counts = [...figures.matchAll(/^understudy_api_refusals_total\{.*caller="anonymous".*\} (\d+)$/gm)];
    expect(counts.reduce((all, [, count]) => all + Number(count), 0)).toBe(sent);
  });

  it('has all of it after a clean stop', async () => {
    await api.process.kill('SIGTERM');
    const ofNobody = (await refusals()).filter(({ actor }) => actor === 'nobody');
    expect(sum(ofNobody)).toBe(sent);
    expect(ofNobody.length).toBeLessThanOrEqual(MOST_OF_NOBODY);
  });
});
