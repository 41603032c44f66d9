import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import {
  type ExportedSpan,
  exportingTo,
  type OtlpCollector,
  startOtlpCollector,
} from '../support/gateways/otlp-collector.ts';

/** Caller, gateway, model servers, api and worker, each exporting to one collector: only what the caller records is recorded. */
let collector: OtlpCollector;
let site: Installation;
let servers: readonly [TestModelServer, TestModelServer];
/** `traceparent` of each request that a version's server has had. */
const told: readonly [string[], string[]] = [[], []];
const PATH = '/models/traced/predict';
const POLICY = {
  name: 'traced',
  steps: [
    { shadow: { minRequests: 10, maxDuration: '1h' } },
    // Longer than the test.
    { canary: { weight: '50%', minRequests: 1_000_000, maxDuration: '1h' } },
    { bake: { duration: '1h' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.5 },
    { metric: 'error_rate', maxIncrease: 0.2 },
  ],
};

beforeAll(async () => {
  collector = await startOtlpCollector();
  site = await startInstallation({
    ...exportingTo(collector.url),
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key-of-the-collector',
  });
  servers = await Promise.all([startVersion(0), startVersion(1)]);
});
afterAll(async () => {
  await site.close();
  await Promise.all(servers.map((server) => server.stop()));
  await collector.stop();
});

const startVersion = (version: 0 | 1): Promise<TestModelServer> =>
  startModelServer((request, body, response) => {
    told[version].push(String(request.headers['traceparent']));
    if (version === 1 && body.includes('break')) return json(response, { error: 'broken' }, 500);
    json(response, { label: 'dog' });
  });

const callersTrace = (isSampled = true): { id: string; span: string; header: string } => {
  const [id, span] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { id, span, header: `00-${id}-${span}-0${isSampled ? 1 : 0}` };
};

/** Asks as a caller that records, until the answer is of the arm that is wanted. */
async function ask(
  body: string,
  wanted: (response: Response) => boolean = () => true,
): Promise<{ id: string; span: string }> {
  for (let i = 0; i < 200; i++) {
    const trace = callersTrace();
    const response = await fetch(`${site.gatewayUrl}${PATH}?key=secret-of-the-caller`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: trace.header, tracestate: 'vendor=1' },
      body,
    });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    if (wanted(response)) return trace;
  }
  throw new Error('no answer was of the arm that was wanted');
}

const spansOf = (traceId: string, many: number): Promise<readonly ExportedSpan[]> =>
  eventually(
    async () => collector.trace(traceId),
    (spans) => spans.length >= many,
  );
const purposeOf = (span: ExportedSpan): unknown => span.attributes['understudy.purpose'];
const rolloutOf = async (): Promise<{ id: string; step: { index: number } }> => {
  const { body } = await site.api.call('GET', '/models/traced/rollouts');
  return body['items'][0];
};

it('one picture from the caller to the decision of the worker', async () => {
  const release = (server: TestModelServer, policy?: unknown) =>
    site.api.call('POST', '/models/traced/versions', {
      ...{ servingUrl: server.url, createModel: true },
      rollout: policy === undefined ? true : { policy },
    });
  expect((await release(servers[0])).status).toBe(201);
  await eventually(
    () => fetch(`${site.gatewayUrl}${PATH}`, { method: 'POST', body: '{}' }),
    ({ status }) => status === 200,
  );
  // Nobody has said that these are to be recorded.
  expect(told[0].at(-1)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect((await release(servers[1], POLICY)).status).toBe(201);

  // In the shadow: the caller's trace has the gateway's span, and below it the primary's and the copy's.
  const copied = await eventually(
    async () => {
      const trace = await ask('{"x":1}');
      await eventually(
        async () => collector.trace(trace.id),
        (spans) => spans.length >= 2,
      );
      return { ...trace, isCopied: told[1].some((one) => one.includes(trace.id)) };
    },
    ({ isCopied }) => isCopied,
  );
  const inShadow = await spansOf(copied.id, 3);
  const [server] = inShadow.filter(({ kind }) => kind === 'server');
  expect(server).toMatchObject({
    ...{ service: 'understudy-gateway', name: 'POST /models/{model}/{path}', parentSpanId: copied.span },
    failed: false,
    attributes: {
      ...{ 'http.request.method': 'POST', 'url.path': PATH, 'http.response.status_code': 200 },
      ...{
        'http.route': '/models/{model}/{path}',
        'understudy.model': 'traced',
        'understudy.arm': 'primary',
      },
      ...{ 'understudy.answered_by': 'primary', 'understudy.version': 1 },
      'understudy.rollout.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
  const asks = inShadow.filter(({ kind }) => kind === 'client');
  expect(asks.map((span) => [purposeOf(span), span.name, span.parentSpanId, span.failed])).toEqual(
    expect.arrayContaining([
      ['primary', 'POST primary', server?.spanId, false],
      ['shadow', 'POST shadow', server?.spanId, false],
    ]),
  );
  // Model servers are told of the very span that asks them.
  for (const span of asks)
    expect(told[purposeOf(span) === 'shadow' ? 1 : 0]).toContain(`00-${copied.id}-${span.spanId}-01`);

  // The worker advances, and links to requests that it judged by; so one comes from the decision to the caller.
  const ids = new Set([copied.id]);
  await eventually(
    async () => {
      ids.add((await ask('{"x":2}')).id);
      return rolloutOf();
    },
    ({ step }) => step.index >= 1,
    45_000,
  );
  const [decision] = await eventually(
    async () =>
      collector.spans.filter(
        ({ service, attributes }) =>
          service === 'understudy-worker' && attributes['understudy.decision'] === 'advance',
      ),
    (found) => found.length > 0,
  );
  expect(decision).toMatchObject({
    name: 'evaluate rollout',
    attributes: {
      ...{
        'understudy.model': 'traced',
        'understudy.version': 2,
        'understudy.rollout.state.before': 'running',
      },
      ...{ 'understudy.rollout.step.before': 0, 'understudy.rollout.step.after': 1 },
      'understudy.rollout.id': (await rolloutOf()).id,
      'understudy.decision.because': expect.stringMatching(/./),
    },
  });
  expect(decision?.attributes['understudy.verdicts']).toEqual(
    expect.arrayContaining([expect.stringMatching(/^agreement: pass: ./)]),
  );
  expect(decision?.links.length).toBeGreaterThan(0);
  for (const link of decision?.links ?? []) {
    expect(ids).toContain(link.traceId);
    const linked = await spansOf(link.traceId, 2);
    expect(linked.find(({ spanId }) => spanId === link.spanId)?.kind).toBe('server');
  }

  // In the canary: candidate and primary in one trace, where the primary answers in the candidate's stead.
  const arm = (one: string) => (response: Response) => response.headers.get('x-understudy-arm') === one;
  const served = await spansOf((await ask('{"x":3}', arm('candidate'))).id, 2);
  expect(served.map(purposeOf)).toContain('candidate');
  const before = told[1].length;
  const broken = await ask('{"x":"break"}', () => told[1].length > before);
  const spans = await spansOf(broken.id, 3);
  expect(spans.find(({ kind }) => kind === 'server')).toMatchObject({
    failed: false,
    attributes: {
      ...{
        'understudy.arm': 'candidate',
        'understudy.answered_by': 'primary',
        'understudy.replaced_by': 'primary',
      },
      'understudy.failure': '5xx',
    },
  });
  expect(spans.find((span) => purposeOf(span) === 'candidate')).toMatchObject({
    failed: true,
    attributes: { 'http.response.status_code': 500, 'error.type': '500' },
  });
  expect(spans.map(purposeOf)).toContain('replacement');
}, 120_000);

it('the api continues a trace, by route templates', async () => {
  const trace = callersTrace();
  // Refused for its query; of that nothing is in the span.
  const { status } = await site.api.call('GET', '/models/traced?x=secret', undefined, undefined, {
    traceparent: trace.header,
  });
  expect(status).toBe(422);
  expect(await spansOf(trace.id, 1)).toMatchObject([
    {
      ...{ service: 'understudy-api', kind: 'server', parentSpanId: trace.span },
      name: 'GET /api/v1/models/{model}',
      attributes: { 'url.path': '/api/v1/models/traced', 'http.response.status_code': 422 },
    },
  ]);
});

it('records nothing that nobody asked for, and exports no secret', async () => {
  const roots = collector.spans.filter(
    ({ parentSpanId, links }) => parentSpanId === null && links.length === 0,
  );
  expect(roots).toEqual([]);
  expect(JSON.stringify(collector.spans)).not.toMatch(/secret|key-of-the-collector/);
  expect(new Set(collector.requests.map(({ path, authorization }) => `${path} ${authorization}`))).toEqual(
    new Set(['/v1/traces Bearer key-of-the-collector']),
  );
  const logs = [site.gateway, site.worker, site.api.process].map((one) => one.output()).join('');
  expect(logs).not.toContain('key-of-the-collector');
});
