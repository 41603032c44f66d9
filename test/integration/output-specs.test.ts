import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api.ts';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

let site: Installation;
const servers: TestModelServer[] = [];
beforeAll(async () => {
  site = await startInstallation();
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
});

async function serve(answer: (n: number) => unknown): Promise<string> {
  const server = await startModelServer((_request, body, response) =>
    json(response, answer((JSON.parse(body || '{}') as { n?: number }).n ?? 0)),
  );
  servers.push(server);
  return server.url;
}
const classOf = (n: number) => ({ result: { class: n % 2 ? 'odd' : 'even' } });
const right = { kind: 'label', path: '$.result.class' };
const wrong = { kind: 'label', path: '$.result.klass' };
const shadow = {
  name: 'shadow',
  steps: [{ shadow: { minRequests: 40, maxDuration: '10m' } }],
  gates: [{ metric: 'agreement', min: 0.5 }],
};

const ask = (model: string, n: number) =>
  fetch(`${site.gatewayUrl}/models/${model}/predict`, { method: 'POST', body: JSON.stringify({ n }) });

async function register(model: string, more: Json): Promise<Json> {
  const answer = await site.api.call('POST', `/models/${model}/versions`, { createModel: true, ...more });
  expect([answer.status, answer.body['errors'] ?? []]).toEqual([201, []]);
  return answer.body;
}
/** A model whose first version serves. */
async function serving(model: string, servingUrl: string, outputSpec: unknown): Promise<void> {
  await register(model, { servingUrl, outputSpec, rollout: false });
  await site.api.call('POST', `/models/${model}/promote`, { version: 1, reason: 'first' });
  await eventually(
    () => ask(model, 0),
    (answer) => answer.status === 200,
  );
}
async function untilEnded(model: string, rollout: string): Promise<Json> {
  let n = 0;
  return eventually(
    async () => {
      for (let i = 0; i < 10; i++) await (await ask(model, n++)).arrayBuffer();
      return (await site.api.call('GET', `/rollouts/${rollout}`)).body;
    },
    (body) => !['running', 'pending', 'baking'].includes(body['state'] as string),
    60_000,
  );
}

describe('each version is read by its own output spec', () => {
  it.each([
    [
      'whose answers have moved',
      (n: number) => ({ label: n % 2 ? 'odd' : 'even' }),
      { kind: 'label', path: '$.label' },
      right,
    ],
    ['that corrects the spec of the primary', classOf, right, wrong],
    ['that brings the first spec', (n: number) => ({ ...classOf(n), by: 'version 2' }), right, null],
  ] as const)('a release %s is compared, and promoted', async (name, answer, spec, before) => {
    const model = name.replaceAll(' ', '-');
    await serving(model, await serve(classOf), before);
    const two = await register(model, {
      ...{ servingUrl: await serve(answer), outputSpec: spec, rollout: { policy: shadow } },
    });
    const ended = await untilEnded(model, two['rollout'].id as string);
    expect([ended['state'], ended['verdicts'][0]]).toMatchObject(['succeeded', { verdict: 'pass' }]);
  });

  it('a release that answers otherwise is not promoted', async () => {
    await serving('otherwise', await serve(classOf), right);
    const two = await register('otherwise', {
      servingUrl: await serve(() => ({ label: 'neither' })),
      ...{ outputSpec: { kind: 'label', path: '$.label' }, rollout: { policy: shadow } },
    });
    expect(await untilEnded('otherwise', two['rollout'].id as string)).toMatchObject({
      state: 'rolled_back',
    });
  });
});

describe('an output spec is tried on real answers when it is registered', () => {
  const golden = (n: number) => ({
    name: `n ${n}`,
    method: 'POST',
    path: '/predict',
    body: { n },
    expect: [],
  });
  async function withGolden(
    model: string,
    servingUrl: string,
    requests: readonly unknown[] = [golden(1), golden(2)],
  ) {
    await site.api.call('POST', '/models', { name: model });
    const set = await site.api.call('PUT', `/models/${model}/golden`, { items: requests });
    expect([set.status, set.body['errors'] ?? []]).toEqual([200, []]);
    return (more: Json) => site.api.call('POST', `/models/${model}/versions`, { servingUrl, ...more });
  }

  it('of a first version too: one that reads nothing is refused, with what is there instead', async () => {
    const register1 = await withGolden('tried', await serve(classOf));
    const refused = await register1({ outputSpec: wrong });
    expect([refused.status, refused.body['code'], refused.body['errors'][0]]).toEqual([
      422,
      'output_spec_unreadable',
      {
        pointer: '/outputSpec',
        detail: 'at $.result.klass there is nothing; at $.result the answer has an object with "class"',
      },
    ]);
    const kind = await register1({ outputSpec: { ...right, kind: 'score' } });
    expect(kind.body['errors'][0].detail).toBe('at $.result.class is a text; a score is one number');
    const made = await register1({ outputSpec: right });
    expect([made.status, made.body['outputSpec'], made.body['warnings']]).toEqual([201, right, []]);
  });

  it('and where it reads some answers only, or was not tried, the answer says so', async () => {
    const some = await withGolden('some', await serve((n) => (n === 1 ? classOf(n) : { other: n })));
    expect((await some({ outputSpec: right })).body['warnings']).toMatchObject([
      { code: 'output_spec_unreadable', detail: expect.stringContaining('1 of 2 answers') },
    ]);
    const none = await withGolden('none', await serve(classOf), []);
    expect((await none({ outputSpec: wrong })).body['warnings']).toMatchObject([
      { code: 'output_spec_untried' },
    ]);
  });

  it('a preset becomes the spec that fits the answers, and stays it', async () => {
    const answer = (n: number) => ({
      model_version: '1',
      outputs: [{ name: 'label', datatype: 'INT64', shape: [1], data: [n] }],
    });
    const url = await serve(answer);
    const fitting = { kind: 'label', path: '$.outputs[0][*]' };
    const register2 = await withGolden('preset', url);
    for (const outputSpec of ['open-inference', 'auto', { preset: 'open-inference', kind: 'label' }])
      expect((await register2({ outputSpec })).body).toMatchObject({ outputSpec: fitting, warnings: [] });
    const { body } = await register2({ outputSpec: { preset: 'open-inference', kind: 'text' } });
    expect([body['code'], body['errors'][0].detail]).toEqual([
      'output_spec_unreadable',
      'at $.outputs[0][*], in item 0, is a number; a text is one text',
    ]);
    expect((await register2({})).body['warnings']).toMatchObject([
      { code: 'output_spec_missing', detail: expect.stringContaining(JSON.stringify(fitting)) },
    ]);
    const unknown = await site.api.call('POST', '/models/preset-blind/versions', {
      ...{ createModel: true, servingUrl: url, outputSpec: 'tf-serving' },
    });
    expect([unknown.status, unknown.body['code']]).toEqual([422, 'output_spec_undecided']);
  });

  it("one that is left out is the primary's", async () => {
    const url = await serve(classOf);
    await serving('left-out', url, right);
    expect((await register('left-out', { servingUrl: url }))['outputSpec']).toEqual(right);
    expect((await register('left-out', { servingUrl: url, outputSpec: null }))['outputSpec']).toBeNull();
  });

  it('and again by the golden check of its release, when nothing answered before', async () => {
    let form: (n: number) => unknown = () => ({ result: { class: 'x' } });
    const register3 = await withGolden('later', await serve((n) => form(n)));
    const made = await register3({ outputSpec: right });
    form = (n) => ({ result: { klass: String(n) } });
    const checks = { name: 'checked', steps: [{ checks: { golden: 'required' } }], gates: [] };
    const { body } = await site.api.call('POST', '/models/later/rollouts', {
      ...{ version: made.body['version'], policy: { ...checks, promoteWhen: 'notFailed' } },
    });
    const ended = await eventually(
      async () => (await site.api.call('GET', `/rollouts/${String(body['id'])}`)).body,
      (rollout) => rollout['checks'] !== null && rollout['checks'] !== undefined,
    );
    const check = (ended['checks'] as Json[]).find((one) => one['check'] === 'golden');
    expect([check?.['outcome'], check?.['because']]).toEqual([
      'fail',
      expect.stringContaining('at $.result.class there is nothing'),
    ]);
  });

  it.each([
    [{ kind: 'labl', path: '$.x' }, '/outputSpec/kind'],
    [{ kind: 'label', path: 'x' }, '/outputSpec/path'],
    [{ kind: 'label', path: '$.a[*].b[*]' }, '/outputSpec/path'],
    [{ kind: 'label', path: '$.a[*].b', confidence: '$.c' }, '/outputSpec/confidence'],
    [{ kind: 'score', path: '$.a', tolerance: -1 }, '/outputSpec/tolerance'],
    [{ preset: 'tensorflow' }, '/outputSpec/preset'],
    [{ preset: 'openai', kind: 'label', tolerance: 'none' }, '/outputSpec/tolerance'],
    ['tensorflow', '/outputSpec'],
    [7, '/outputSpec'],
  ])('%j is refused at %s', async (outputSpec, pointer) => {
    const { status, body } = await site.api.call('POST', '/models/x/versions', {
      ...{ createModel: true, servingUrl: 'http://127.0.0.1:9', outputSpec },
    });
    expect([status, body['errors'].map((error: Json) => error['pointer'])]).toEqual([422, [pointer]]);
  });
});

describe('a wrong output spec of the primary', () => {
  it('is corrected by an operator, and gateways read by it at once', async () => {
    await serving('corrected', await serve(classOf), wrong);
    const change = (more: Json) => site.api.call('PATCH', '/models/corrected/versions/1', more);
    expect((await change({ outputSpec: right })).body['code']).toBe('reason_missing');
    const { revision } = (await site.api.call('GET', '/models/corrected/route')).body;
    const corrected = await change({ outputSpec: right, reason: 'a typo' });
    expect([corrected.status, corrected.body['outputSpec']]).toEqual([200, right]);
    // A repeat changes nothing.
    expect((await change({ outputSpec: right, reason: 'a typo' })).status).toBe(200);
    expect((await site.api.call('GET', '/models/corrected/route')).body).toMatchObject({
      revision: revision + 1,
    });
    const events = await site.api.call('GET', '/audit?model=corrected&pageSize=200');
    const replaced = events.body['items'].filter(
      (one: Json) => one['type'] === 'version.output_spec_replaced',
    );
    expect(replaced.map((one: Json) => one['data'])).toEqual([
      { version: 1, before: wrong, after: right, reason: 'a typo' },
    ]);
    const two = await register('corrected', {
      servingUrl: await serve(classOf),
      rollout: { policy: shadow },
    });
    expect(two['outputSpec']).toEqual(right);
    const during = await change({ outputSpec: wrong, reason: 'x' });
    expect([during.status, during.body['code']]).toEqual([409, 'rollout_running']);
    expect(await untilEnded('corrected', two['rollout'].id as string)).toMatchObject({ state: 'succeeded' });
  });
});

describe('agreement by class', () => {
  /** One class in ten; the candidate is wrong in 15 % of it, in 1.5 % of all. */
  const LABELS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'rare'];
  const right10 = (n: number) => ({ label: LABELS[n % 10] });
  const wrong10 = (n: number) => (n % 10 === 9 && (n * 37) % 100 < 15 ? { label: 'a' } : right10(n));
  const label = { kind: 'label', path: '$.label' };

  it('finds one class that is wrong in 15 % of its cases, 1.5 % of all, which agreement of all lets pass', async () => {
    const [one, two] = [await serve(right10), await serve(wrong10)];
    const trial = async (model: string, segments: object) => {
      await serving(model, one, label);
      const policy = {
        name: 'by class',
        steps: [{ shadow: { minRequests: 3_000, maxDuration: '10m' } }],
        gates: [{ metric: 'agreement', min: 0.95, ...segments }],
      };
      const { rollout } = await register(model, { servingUrl: two, rollout: { policy } });
      let n = 0;
      return eventually(
        async () => {
          const asked = Array.from({ length: 40 }, async () => (await ask(model, n++)).arrayBuffer());
          await Promise.all(asked);
          return (await site.api.call('GET', `/rollouts/${rollout.id as string}`)).body;
        },
        (body) => !['running', 'pending', 'baking'].includes(body['state'] as string),
        120_000,
      );
    };
    expect(await trial('all-classes', {})).toMatchObject({ state: 'succeeded' });
    const found = await trial('by-class', { segments: { output: 'label', most: 12 } });
    expect([found['state'], found['decision']['because']]).toEqual([
      'rolled_back',
      expect.stringMatching(/^agreement \[rare\]: /),
    ]);
  }, 300_000);
});
