import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';

const CANARY = (weight: string) => ({ canary: { weight, minRequests: 1_000_000, maxDuration: '1h' } });
const POLICY = {
  name: 'slow',
  steps: [CANARY('1%'), CANARY('5%'), CANARY('50%')],
  gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
};
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };

let site: Installation;
let server: TestModelServer;
beforeAll(async () => {
  site = await startInstallation();
  server = await startModelServer((_request, _body, response) => void response.writeHead(200).end('{}'));
});
afterAll(async () => {
  await server.stop();
  await site.close();
});

const call = async (path: string, body?: object, headers?: Record<string, string>) =>
  body === undefined ? site.api.call('GET', path) : site.api.call('POST', path, body, undefined, headers);
const primaryOf = async (model: string) => (await call(`/models/${model}`)).body['primary'] as number | null;

/** A model with so many primaries, each at once. */
async function withPrimaries(most: number): Promise<string> {
  const model = `m-${randomUUID().slice(0, 8)}`;
  for (let version = 1; version <= most; version++) {
    await call(`/models/${model}/versions`, {
      createModel: true,
      servingUrl: server.url,
      rollout: { policy: AT_ONCE },
    });
    await eventually(
      () => primaryOf(model),
      (primary) => primary === version,
    );
  }
  return model;
}
/** One more version, at its first canary. */
async function onTrial(model: string): Promise<string> {
  const answer = await call(`/models/${model}/versions`, {
    servingUrl: server.url,
    rollout: { policy: POLICY },
  });
  const { id } = answer.body['rollout'] as { id: string };
  await eventually(
    () => stepOf(id),
    (step) => step === 0,
  );
  return id;
}
const stepOf = async (id: string) =>
  ((await call(`/rollouts/${id}`)).body['step'] as { index: number } | null)?.index ?? null;

describe('a command that means something else once it was carried out', () => {
  it.each([2, 5])('%d people who roll back at once go back once', async (people) => {
    const model = await withPrimaries(3);
    const answers = await Promise.all(
      Array.from({ length: people }, () => call(`/models/${model}/rollback`, { reason: 'alarm 17' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await primaryOf(model)).toBe(2);
    const said = answers.map(({ body }) => String(body['outcome']));
    expect(said.filter((one) => one.includes('already'))).toHaveLength(people - 1);
    // Whoever says from where goes further, and only from there.
    expect((await call(`/models/${model}/rollback`, { reason: 'really', from: 3 })).body).toMatchObject({
      primary: 2,
      outcome: 'version 3 has left already; version 2 serves, and nothing was done',
    });
    expect((await call(`/models/${model}/rollback`, { reason: 'really', from: 2 })).body['primary']).toBe(1);
  });

  it('a rollback from a version that never was is a mistake, and no repeat', async () => {
    const model = await withPrimaries(3);
    const never = await call(`/models/${model}/rollback`, { reason: 'alarm', from: 99 });
    expect([never.status, never.body['code']]).toEqual([404, 'version_not_found']);
    expect(await primaryOf(model)).toBe(3);
  });

  it('a rollback that is repeated after the candidate left takes nothing else off', async () => {
    const model = await withPrimaries(2);
    await onTrial(model);
    for (let i = 0; i < 3; i++) await call(`/models/${model}/rollback`, { reason: 'alarm 18' });
    expect(await primaryOf(model)).toBe(2);
  });

  it('a rollback by the ETag of a route that has changed since does nothing', async () => {
    const model = await withPrimaries(3);
    const etag = (await call(`/models/${model}/route`)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"r\d+"$/);
    const seen = { 'if-match': etag };
    expect((await call(`/models/${model}/rollback`, { reason: 'a' }, seen)).body['primary']).toBe(2);
    const again = await call(`/models/${model}/rollback`, { reason: 'a' }, seen);
    expect([again.status, again.body['code']]).toEqual([412, 'changed_meanwhile']);
    const nonsense = await call(`/models/${model}/rollback`, { reason: 'a' }, { 'if-match': '"abc"' });
    expect([nonsense.status, nonsense.body['code']]).toEqual([412, 'changed_meanwhile']);
    expect(await primaryOf(model)).toBe(2);
  });

  it('a promotion, a retirement and the word to serve again are for the route that was seen', async () => {
    const model = await withPrimaries(3);
    const tag = async () => (await call(`/models/${model}/route`)).headers.get('etag') ?? '';
    const say = async (word: string, body: object, etag: string) => {
      const answer = await call(`/models/${model}/${word}`, { reason: 'a', ...body }, { 'if-match': etag });
      return answer.status === 200 ? 200 : answer.body['code'];
    };
    const old = await tag();
    expect(await say('promote', { version: 2 }, old)).toBe(200);
    expect(await say('promote', { version: 1 }, old)).toBe('changed_meanwhile');
    expect(await say('retire', {}, old)).toBe('changed_meanwhile');
    expect(await primaryOf(model)).toBe(2);
    // Its answer was lost, and it is said again.
    expect(await say('promote', { version: 2 }, old)).toBe(200);
    const last = await tag();
    expect(await say('retire', {}, last)).toBe(200);
    expect(await say('retire', {}, last)).toBe(200);
    expect(await say('unretire', {}, last)).toBe('changed_meanwhile');
    expect(await primaryOf(model)).toBe(null);
    expect(await say('unretire', {}, await tag())).toBe(200);
    expect(await primaryOf(model)).toBe(2);
  });

  // RFC 9110 §13.1.1
  it.each<[ifMatch: (now: string) => string, status: number, code: string | null]>([
    [(now) => `"r1", ${now}`, 200, null],
    [(now) => `"other,r1",${now} ,, W/"r2"`, 200, null],
    [() => '*', 200, null],
    // What the clients of the last release send.
    [(now) => `W/${now}`, 200, null],
    [() => '"r1", "r2"', 412, 'changed_meanwhile'],
    [() => 'W/"abc"', 412, 'changed_meanwhile'],
    [(now) => `"${now.slice(1, -1)},"`, 412, 'changed_meanwhile'],
    [(now) => now.slice(1, -1), 400, 'if_match_malformed'],
    [(now) => `*, ${now}`, 400, 'if_match_malformed'],
    [(now) => `${now} ${now}`, 400, 'if_match_malformed'],
    [() => '', 400, 'if_match_malformed'],
  ])('If-Match %s: %d', async (ifMatch, status, code) => {
    const model = await withPrimaries(3);
    const now = (await call(`/models/${model}/route`)).headers.get('etag') ?? '';
    const answer = await call(`/models/${model}/rollback`, { reason: 'a' }, { 'if-match': ifMatch(now) });
    expect([answer.status, answer.body['code'] ?? null]).toEqual([status, code]);
    expect(await primaryOf(model)).toBe(status === 200 ? 2 : 3);
  });

  it('skips at once end one step, and say so; whoever says the step goes on', async () => {
    const id = await onTrial(await withPrimaries(1));
    const skips = await Promise.all([1, 2, 3].map(() => call(`/rollouts/${id}/skip`, { reason: 'hurry' })));
    expect(skips.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await stepOf(id)).toBe(1);
    const said = skips.map(({ body }) => body['outcome'] as string | null);
    expect(said.filter((one) => one?.startsWith('step 0 was skipped already'))).toHaveLength(2);
    const old = await call(`/rollouts/${id}/skip`, { reason: 'hurry', step: 0 });
    expect([old.status, old.body['code']]).toEqual([409, 'step_moved']);
    expect((await call(`/rollouts/${id}/skip`, { reason: 'hurry', step: 1 })).status).toBe(200);
    expect(await stepOf(id)).toBe(2);
  });

  it('a skip by the ETag of a rollout that has moved since does nothing', async () => {
    const id = await onTrial(await withPrimaries(1));
    const seen = { 'if-match': (await call(`/rollouts/${id}`)).headers.get('etag') ?? '' };
    expect((await call(`/rollouts/${id}/skip`, { reason: 'hurry' }, seen)).status).toBe(200);
    const again = await call(`/rollouts/${id}/skip`, { reason: 'hurry' }, seen);
    expect([again.status, again.body['code']]).toEqual([412, 'changed_meanwhile']);
    expect(await stepOf(id)).toBe(1);
  });
});
