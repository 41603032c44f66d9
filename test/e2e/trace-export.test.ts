import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import {
  exportingTo,
  type Manner,
  type OtlpCollector,
  startOtlpCollector,
} from '../support/gateways/otlp-collector.ts';
import { startProcess } from '../support/processes.ts';

/** A gateway by itself: what callers may say, and what becomes of them where the collector is not well. */
let collector: OtlpCollector;
let server: TestModelServer;
let gateway: LoneGateway;
/** The last request's, as the model server had it: names and values in turn. */
let told: readonly string[] = [];

beforeAll(async () => {
  collector = await startOtlpCollector();
  server = await startModelServer((request, body, response) => {
    told = request.rawHeaders;
    if (body.includes('cut')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"a":1}\n\n');
      return void setImmediate(() => response.destroy());
    }
    if (body.includes('wait')) return;
    json(response, { ok: true });
  });
  gateway = await startLoneGateway([routeTo('m', server.url)], {
    ...exportingTo(collector.url),
    ...{ OTEL_EXPORTER_OTLP_TIMEOUT: '500', LOG_LEVEL: 'warn' },
  });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
  await collector.stop();
});

const [T, S] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const ask = async (headers: readonly (readonly [string, string])[], body = '{}'): Promise<number> => {
  const response = await fetch(`${gateway.url}/models/m/predict?key=hidden`, {
    ...{ method: 'POST', body, headers: headers.map(([name, value]) => [name, value] as [string, string]) },
  });
  await response.arrayBuffer();
  return response.status;
};
const toldOf = (name: string): string[] =>
  told.flatMap((one, i) => (i % 2 === 0 && one.toLowerCase() === name ? [told[i + 1] ?? ''] : []));
const newTrace = (): string => randomBytes(16).toString('hex');
/** Of one trace, once its server span is there. */
const exported = (traceId: string) =>
  eventually(
    async () => collector.trace(traceId),
    (spans) => spans.some(({ kind }) => kind === 'server'),
  );

it('goes on unrecorded where the caller does not record', async () => {
  expect(
    await ask([
      ['traceparent', `00-${T}-${S}-00`],
      ['tracestate', 'a=1'],
    ]),
  ).toBe(200);
  expect(toldOf('traceparent')).toEqual([expect.stringMatching(`^00-${T}-(?!${S})[0-9a-f]{16}-00$`)]);
  expect(toldOf('tracestate')).toEqual(['a=1']);
  // Recorded later, so that the one before would have come too.
  const later = newTrace();
  await ask([['traceparent', `00-${later}-${S}-01`]]);
  await exported(later);
  expect(collector.trace(T)).toEqual([]);
});

it.each<[string, readonly (readonly [string, string])[]]>([
  ['no trace context', [['traceparent', `00-${'0'.repeat(32)}-${S}-01`]]],
  ['capitals', [['traceparent', `00-${T.toUpperCase()}-${S}-01`]]],
  ['a document', [['traceparent', `cc-${T}-${S}-01-${'x'.repeat(2_000)}`]]],
])('begins a trace of its own after %s, and takes nothing of the caller’s', async (_what, headers) => {
  expect(await ask([...headers, ['tracestate', 'forged=1']])).toBe(200);
  expect(toldOf('tracestate')).toEqual([]);
  const [parent = '', ...more] = toldOf('traceparent');
  expect(more).toEqual([]);
  expect(parent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(parent.toLowerCase()).not.toContain(T);
  const [span] = (await exported(parent.slice(3, 35))).filter(({ kind }) => kind === 'server');
  expect(span).toMatchObject({ parentSpanId: null, name: 'POST /models/{model}/{path}' });
});

it('a stream that is cut and a caller that leaves are errors with their reason, and last until the end', async () => {
  const cut = newTrace();
  await ask([['traceparent', `00-${cut}-${S}-01`]], '"cut"').catch(() => undefined);
  const ofCut = await exported(cut);
  expect(ofCut.map(({ kind, failed, attributes }) => [kind, failed, attributes['error.type']])).toEqual(
    expect.arrayContaining([
      ['client', true, 'cut_off'],
      ['server', true, 'cut_off'],
    ]),
  );
  const left = newTrace();
  const before = server.hits();
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write(
    `POST /models/m/predict HTTP/1.1\r\nhost: g\r\ntraceparent: 00-${left}-${S}-01\r\ncontent-length: 6\r\n\r\n"wait"`,
  );
  await eventually(
    async () => server.hits(),
    (hits) => hits > before,
  );
  socket.destroy();
  const ofLeft = await exported(left);
  expect(ofLeft.map(({ kind, failed, attributes }) => [kind, failed, attributes['error.type']])).toEqual(
    expect.arrayContaining([
      ['client', true, 'caller_gone'],
      ['server', true, 'caller_gone'],
    ]),
  );
  expect(JSON.stringify(collector.spans)).not.toContain('hidden');
});

it.each<Manner>(['refuse', 'garbage', 'hang'])(
  'a collector that would %s costs callers nothing',
  async (manner) => {
    collector.manner = manner;
    const before = collector.requests.length;
    for (let i = 0; i < 20; i++) expect(await ask([['traceparent', `00-${newTrace()}-${S}-01`]])).toBe(200);
    await eventually(
      async () => collector.requests.length,
      (many) => many > before,
    );
    expect(await ask([['traceparent', `00-${newTrace()}-${S}-01`]])).toBe(200);
    collector.manner = 'take';
    const after = newTrace();
    await eventually(
      async () => {
        await ask([['traceparent', `00-${after}-${S}-01`]]);
        return collector.trace(after);
      },
      (spans) => spans.length > 0,
    );
  },
);

it('says so once for each kind of failure, and exports what is left at the end', async () => {
  const lines = () =>
    gateway.process
      .stderr()
      .split('\n')
      .filter((line) => line.includes('could not be exported'));
  await eventually(
    async () => lines(),
    (said) => said.length >= 2,
  );
  expect(lines().length).toBeLessThanOrEqual(3);
  expect(lines()[0]).toMatch(/"times":\d+,"lostSpans":[1-9]/);
  const last = newTrace();
  await ask([['traceparent', `00-${last}-${S}-01`]]);
  await gateway.process.kill('SIGTERM');
  expect(collector.trace(last).length).toBe(2);
  await gateway.start().then((process) => (gateway.process = process));
});

/** Another one on the same port, by its own settings. */
const startAgain = async (env: Record<string, string>): Promise<void> => {
  await gateway.process.kill('SIGTERM');
  gateway.process = await startProcess('apps/gateway/src/main.js', {
    ...{ UNDERSTUDY_HOME: gateway.home, API_URL: 'http://127.0.0.1:1', UNDERSTUDY_TOKEN: 'none' },
    ...{ GATEWAY_PORT: String(gateway.port), GATEWAY_ADMIN_PORT: '0', OTEL_BSP_SCHEDULE_DELAY: '50' },
    ...env,
  });
};

it('serves though there is no collector', async () => {
  await startAgain({
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_TIMEOUT: '300' },
  });
  for (let i = 0; i < 50; i++) expect(await ask([])).toBe(200);
  await eventually(
    async () => gateway.process.stderr(),
    (said) => said.includes('could not be exported'),
  );
});

it('ends though the collector says nothing for longer than anybody waits', async () => {
  collector.manner = 'hang';
  // An export may take a minute, and the test as long.
  await startAgain({ ...exportingTo(collector.url), OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
  const before = collector.requests.length;
  expect(await ask([])).toBe(200);
  await eventually(
    async () => collector.requests.length,
    (many) => many > before,
  );
  await gateway.process.kill('SIGTERM');
  expect(gateway.process.child.exitCode).toBe(0);
});

it('refuses to start with settings that are wrong, and shows no secret of them', async () => {
  const env = {
    ...exportingTo(collector.url),
    ...{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_HEADERS: 'a=secret%4' },
  };
  await expect(startProcess('apps/gateway/src/main.js', env)).rejects.toThrow(
    /OTEL_EXPORTER_OTLP_PROTOCOL: spans are exported by HTTP, which collectors take at port 4318; use http\/protobuf or http\/json/,
  );
  await expect(startProcess('apps/gateway/src/main.js', env)).rejects.toThrow(/^(?!.*secret%4)/s);
});
