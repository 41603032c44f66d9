import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

const HOUR = { maxDuration: '1h' };
const canary = (weight: string) => ({ canary: { weight, minRequests: 1_000_000, ...HOUR } });

let site: Installation;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  site = await startInstallation();
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
});

interface Question {
  readonly items: number[];
}
/** A model that answers by a function of the question. */
async function serve(answer: (question: Question, country: string) => unknown): Promise<string> {
  const server = await startModelServer((request, body, response) => {
    const given = answer(
      JSON.parse(body || '{"items":[]}') as Question,
      String(request.headers['x-country']),
    );
    if (given === null) json(response, { error: 'out of memory' }, 500);
    else json(response, given);
  });
  servers.push(server);
  return server.url;
}
const ranking = { kind: 'ranking', path: '$.scores', minCorrelation: 0.5 };
const good = ({ items }: Question) => ({ scores: items.map((x) => 2 * x) });

let models = 0;
/** A model whose first version serves, and a second one on its way by these steps and gates. */
async function onTrial(
  versions: readonly [string, string],
  policy: { steps: unknown[]; gates: unknown[] } & Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<{ model: string; rollout: string }> {
  const model = `judged-${++models}`;
  const common = { createModel: true, outputSpec: ranking, ...more };
  const one = await site.api.call('POST', `/models/${model}/versions`, {
    ...common,
    servingUrl: versions[0],
    rollout: true,
  });
  expect(one.status).toBe(201);
  await eventually(
    () => ask(model, [1, 2]),
    (answer) => answer.status === 200,
  );
  const two = await site.api.call('POST', `/models/${model}/versions`, {
    ...common,
    servingUrl: versions[1],
    rollout: { policy: { name: 'trial', promoteWhen: 'notFailed', ...policy } },
  });
  expect(two.body['errors'] ?? []).toEqual([]);
  await eventually(
    () => site.api.call('GET', `/models/${model}/route`),
    (answer) => Boolean(answer.body['candidate']),
  );
  const { revision } = (await site.api.call('GET', `/models/${model}/route`)).body;
  await eventually(
    async () => (await fetch(`${site.adminUrl()}/metrics`)).text(),
    (text) => text.includes(`understudy_gateway_route_revision{model="${model}"} ${revision}\n`),
  );
  return { model, rollout: two.body['rollout'].id as string };
}

async function ask(model: string, items: number[], headers: Record<string, string> = {}) {
  const response = await fetch(`${site.gatewayUrl}/models/${model}/rank`, {
    method: 'POST',
    body: JSON.stringify({ items }),
    headers,
  });
  await response.arrayBuffer();
  const of = (name: string): string => response.headers.get(name) ?? '';
  return {
    status: response.status,
    version: of('x-understudy-version'),
    receipt: of('x-understudy-receipt'),
    requestId: of('x-request-id'),
  };
}
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
/** The id of an answer, byte for byte, as Latin-1; so is the one that is sent. */
function idOfAnswer(model: string, field: string): Promise<string> {
  const headers = { 'x-request-id': field, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request(
      `${site.gatewayUrl}/models/${model}/rank`,
      { method: 'POST', headers },
      (answer) => {
        answer.resume().on('end', () => resolve(String(answer.headers['x-request-id'])));
      },
    );
    // As bytes: with a text Node writes the head in the encoding of the text.
    asked.on('error', reject).end(Buffer.from(JSON.stringify({ items: [1, 2] })));
  });
}
/** Asks again and again until the rollout is no longer running. */
async function askUntilDecided(rollout: string, once: (i: number) => Promise<unknown>) {
  let i = 0;
  return eventually(
    async () => {
      for (let k = 0; k < 10; k++) await once(i++);
      return (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    },
    (body) => body['state'] !== 'running' && body['state'] !== 'pending',
    150_000,
  );
}
const questions = (i: number): number[] => Array.from({ length: 6 }, (_q, k) => (i * 7 + k * 5) % 31);
const evidenceOf = async (rollout: string) =>
  (await site.api.call('GET', `/rollouts/${rollout}/evidence`)).body['items'] as Json[];

describe('the story of the reversed ranking', () => {
  // Scores lie alike on both sides of zero, so that negated they have the same histogram.
  const centred = ({ items }: Question) => ({ scores: items.map((x) => x - 15) });
  const reversed = (q: Question) => ({ scores: centred(q).scores.map((x) => -x) });

  it('is stopped in the shadow, before any user, and shows what changed; nothing else looks odd', async () => {
    const clean = ['error_rate', 'schema_violations', 'latency_p95', 'output_drift'];
    const { model, rollout } = await onTrial([await serve(centred), await serve(reversed)], {
      steps: [{ shadow: { minRequests: 1_000_000, ...HOUR } }],
      gates: [
        { metric: 'rank_correlation', min: 0.5 },
        { metric: 'error_rate', maxIncrease: 0.01 },
        { metric: 'schema_violations', maxIncrease: 0.01 },
        { metric: 'latency_p95', maxIncreaseRatio: 5 },
        { metric: 'output_drift', max: 0.25, against: 'primary' },
      ],
      samples: { redact: ['$.items[0]'] },
    });
    const versions = new Set<string>();
    const body = await askUntilDecided(rollout, async (i) =>
      versions.add((await ask(model, questions(i))).version),
    );
    expect(body['state']).toBe('rolled_back');
    expect(body['decision'].because).toMatch(/rank_correlation: mean rank correlation -1/);
    expect([...versions]).toEqual(['1']);
    for (const metric of clean) {
      const verdict = body['verdicts'].find((v: Json) => v['gate'] === metric);
      expect([metric, verdict?.verdict]).toEqual([metric, expect.stringMatching(/pass|undecided|no_data/)]);
    }
    const { items } = (await site.api.call('GET', `/rollouts/${rollout}/samples`)).body;
    expect(items.length).toBeGreaterThan(0);
    expect(items[0]).toMatchObject({ rankCorrelation: expect.closeTo(-1, 6), primary: { status: 200 } });
    expect(JSON.parse(items[0].request).items[0]).toBe('(redacted)');
    expect(JSON.parse(items[0].candidate.body).scores.length).toBe(6);
  });

  it('without a shadow, clicks at the canary stop it: by receipt, each counted once', async () => {
    const { model, rollout } = await onTrial([await serve(centred), await serve(reversed)], {
      steps: [canary('1%')],
      gates: [{ metric: 'feedback.click', maxDecrease: 0.05 }],
    });
    let sent: unknown[] = [];
    const body = await askUntilDecided(rollout, async (i) => {
      const answer = await ask(model, questions(i), { 'x-understudy-unit': `user-${i}` });
      // Once it is rolled back nobody is on trial, so there is no receipt.
      if (answer.receipt === '') return;
      // Who sees the best item first clicks on it, half of the time.
      const value = answer.version === '1' ? i % 2 : 0;
      sent.push({ receipt: answer.receipt, metric: 'click', value });
      if (sent.length < 10) return;
      const once = await site.api.call('POST', '/feedback', { items: sent });
      const again = await site.api.call('POST', '/feedback', { items: sent });
      expect(once.body).toMatchObject({ refused: [] });
      expect(again.body).toMatchObject({ counted: 0 });
      sent = [];
    });
    expect(body['state']).toBe('rolled_back');
    expect(body['decision'].because).toMatch(/feedback\.click/);
    // Feedback may be there before the gateway has told of its requests.
    const candidate = await eventually(
      async () => (await evidenceOf(rollout))[0]?.['candidate'],
      ({ measures, requests }) => measures['feedback.click'].n <= requests,
    );
    expect(candidate.measures['feedback.click'].mean).toBe(0);
  }, 180_000);
});

describe('feedback', () => {
  it('names a request by the text of its id, which goes on and back in the bytes of its caller', async () => {
    const atServers = new Set<string>();
    const keeps = async (): Promise<string> => {
      const server = await startModelServer((request, body, response) => {
        atServers.add(String(request.headers['x-request-id']));
        json(response, good(JSON.parse(body) as Question));
      });
      servers.push(server);
      return server.url;
    };
    const { model } = await onTrial([await keeps(), await keeps()], {
      steps: [canary('50%')],
      gates: [{ metric: 'feedback.click', maxDecrease: 0.5 }],
    });
    const letters = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const texts = fc
      .sample(letters, { numRuns: 30, seed: SEED })
      .map((text, i) => `${i}:${text.replaceAll(/[\p{Cc}\p{Cs}]/gu, '')}.`);
    // The last two are not UTF-8: their bytes are letters of Latin-1.
    const sent = [...texts.map((text) => Buffer.from(text).toString('latin1')), 'caf\xe9', '\xfc\xff'];
    for (const field of sent) expect([field, await idOfAnswer(model, field)]).toEqual([field, field]);
    for (const field of sent) expect([field, atServers.has(field)]).toEqual([field, true]);
    const items = [...texts, 'caf\xe9', '\xfc\xff'].map((requestId) => ({
      ...{ requestId, model, metric: 'click', value: 1 },
    }));
    await eventually(
      async () => (await site.api.call('POST', '/feedback', { items })).body,
      (body) => body['repeated'] === items.length,
    );
  });

  it('is attributed by request id and by unit, and says what it cannot take', async () => {
    const { model, rollout } = await onTrial([await serve(good), await serve(good)], {
      steps: [canary('50%')],
      gates: [{ metric: 'feedback.click', maxDecrease: 0.5 }],
    });
    const arms: Record<string, number> = { '1': 0, '2': 0 };
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) {
      const answer = await ask(model, questions(i), { 'x-understudy-unit': `user-${i}` });
      arms[answer.version] = (arms[answer.version] ?? 0) + 1;
      ids.push(answer.requestId);
    }
    const byId = ids.map((requestId) => ({ requestId, model, metric: 'click', value: 1 }));
    // Who served a request is known with the next batch of the gateway.
    await eventually(
      async () => (await site.api.call('POST', '/feedback', { items: byId })).body,
      (body) => body['repeated'] === 40,
    );
    const at = new Date().toISOString();
    const byUnit = ids.map((_id, i) => ({ unit: `user-${i}`, model, metric: 'click', value: 0, at }));
    expect((await site.api.call('POST', '/feedback', { items: byUnit })).body).toMatchObject({ counted: 40 });
    expect((await site.api.call('POST', '/feedback', { items: byUnit })).body).toMatchObject({
      repeated: 40,
    });
    const [step] = await evidenceOf(rollout);
    expect(step?.['primary'].measures['feedback.click'].n).toBe(2 * (arms['1'] ?? 0));
    expect(step?.['candidate'].measures['feedback.click'].n).toBe(2 * (arms['2'] ?? 0));

    const odd = await site.api.call('POST', '/feedback', {
      items: [
        { unit: 'u', model, metric: 'click', value: 0.5, at },
        { unit: 'u', model, metric: 'click', value: 1, at: '2999-01-01T00:00:00Z' },
        { unit: 'u', model, metric: 'click', value: 1, at: '2001-01-01T00:00:00Z' },
        { unit: 'u', model, metric: 'nobody_asks', value: 1, at },
      ],
    });
    expect(odd.body).toMatchObject({ counted: 0, unattributed: 1 });
    expect(odd.body['refused'].map((r: { index: number }) => r.index)).toEqual([0, 1, 2]);
    const forged = await site.api.call('POST', '/feedback', {
      items: [
        { receipt: 'eyJ.AAAA', metric: 'click', value: 1 },
        { unit: 'u', model, metric: 'click', value: 1, at },
        { receipt: 'eyJ.BBBB', metric: 'click', value: 1 },
      ],
    });
    // All of them: the sender leaves them out at once.
    const places = forged.body['errors'].map((one: { pointer: string }) => one.pointer);
    expect([forged.status, forged.body['code'], places]).toEqual([
      422,
      'receipt_invalid',
      ['/items/0/receipt', '/items/2/receipt'],
    ]);
  });

  it("of a downstream model guards the upstream's rollout through the unit", async () => {
    const downstream = await onTrial([await serve(good), await serve(good)], {
      steps: [canary('1%')],
      gates: [{ metric: 'error_rate', maxIncrease: 0.5 }],
    });
    const { model, rollout } = await onTrial([await serve(good), await serve(good)], {
      steps: [canary('50%')],
      gates: [
        { metric: 'error_rate', maxIncrease: 0.5 },
        { metric: 'feedback.purchase', model: downstream.model, maxDecrease: 0.05 },
      ],
    });
    let counted = 0;
    const body = await askUntilDecided(rollout, async (i) => {
      const unit = `user-${i}`;
      const { version } = await ask(model, questions(i), { 'x-understudy-unit': unit });
      const value = version === '2' ? 0 : 1;
      const at = new Date().toISOString();
      const items = [{ unit, model: downstream.model, metric: 'purchase', value, at }];
      counted += (await site.api.call('POST', '/feedback', { items })).body['counted'] as number;
    });
    expect(counted).toBeGreaterThan(10);
    expect(body['state']).toBe('rolled_back');
    expect(body['decision'].because).toMatch(/feedback\.purchase/);
  });
});

describe('gates on what is in the answers and the requests', () => {
  it('a renamed output field is a violation of the form', async () => {
    const { model, rollout } = await onTrial(
      [await serve(good), await serve((q) => ({ result: good(q).scores }))],
      {
        steps: [canary('50%')],
        gates: [{ metric: 'schema_violations', maxIncrease: 0.01 }],
        // What cannot be read is a failure where the primary answers: the gateway would be quicker.
        localTrip: false,
      },
    );
    const body = await askUntilDecided(rollout, (i) => ask(model, questions(i)));
    expect([body['state'], body['decision'].because]).toEqual([
      'rolled_back',
      expect.stringMatching(/^schema_violations: 100\.0% of/),
    ]);
  });

  it('a fault in one segment is found there, and the segment is named', async () => {
    const { model, rollout } = await onTrial(
      [await serve(good), await serve((q, country) => (country === 'de' ? null : good(q)))],
      {
        steps: [canary('50%')],
        gates: [{ metric: 'error_rate', maxIncrease: 0.9, segments: { header: 'x-country', most: 3 } }],
        localTrip: false,
      },
    );
    // Values earn their place by being frequent.
    const countries = ['fr', 'de', 'it', 'de', 'es', 'de', 'pl', 'pt'];
    const body = await askUntilDecided(rollout, (i) =>
      ask(model, questions(i), { 'x-country': countries[i % countries.length] ?? '' }),
    );
    expect([body['state'], body['decision'].because]).toEqual([
      'rolled_back',
      expect.stringMatching(/^error_rate \[de\]: /),
    ]);
    const segments = body['verdicts'].map((v: { segment: string | null }) => v.segment);
    expect(segments).toContain('(other)');
    // Everybody, the others, and at most three values.
    expect(new Set(segments).size).toBeLessThanOrEqual(5);
  });

  it('inputs that have left the training data pause the rollout: it is not the candidate', async () => {
    const baseline = {
      features: {
        first: { path: '$.items[0]', edges: [10, 20], counts: [900, 90, 10] },
      },
    };
    const { model, rollout } = await onTrial(
      [await serve(good), await serve(good)],
      {
        steps: [canary('50%')],
        gates: [
          { metric: 'input_drift', max: 0.25 },
          { metric: 'error_rate', maxIncrease: 0.5 },
        ],
      },
      { baseline },
    );
    const body = await askUntilDecided(rollout, (i) => ask(model, [25 + (i % 5), 1]));
    expect([body['state'], body['decision'].because]).toEqual([
      'paused',
      expect.stringMatching(/^input_drift: the world has changed, not the candidate/),
    ]);
    const { items } = (await site.api.call('GET', `/rollouts/${rollout}/distributions`)).body;
    const first = items.find((one: { name: string }) => one.name === 'input.first');
    expect(first).toMatchObject({ candidate: { '2': expect.any(Number) }, baseline: { '0': 900 } });
    expect(first.candidateToBaseline.stabilityIndex).toBeGreaterThan(1);
    expect(first.candidateToPrimary.stabilityIndex).toBeLessThan(0.5);
    const score = (await site.api.call('GET', `/models/${model}/versions/2/score`)).body;
    expect(score.sections.data.tests[0]).toMatchObject({ id: 'data.1', points: 1, by: 'understudy' });
  });
});
