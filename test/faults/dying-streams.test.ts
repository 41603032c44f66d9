import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** A canary at half of the units whose streams die, one of five, before their first token or after it. */
const CALLERS = Number(process.env['DYING_STREAM_CALLERS'] ?? '3000');
const AT_ONCE = 48;

const STREAM = { 'content-type': 'text/event-stream' };
const token = (text: string): string => `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`;
const whole = (text: string): string => `${token(text)}${token(text)}data: [DONE]\n\n`;
const dieAfter = (response: ServerResponse, head: Record<string, string>, bytes: string | Buffer): void =>
  void response.writeHead(200, head).write(bytes, () => response.socket?.destroy());
const ROLE = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
const endsWithConnection = (response: ServerResponse, bytes: string): void =>
  void response.socket?.end(`HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${bytes}`);
const BEFORE: readonly ((response: ServerResponse) => void)[] = [
  (response) => response.socket?.resetAndDestroy(),
  (response) => {
    response.writeHead(200, STREAM).flushHeaders();
    setImmediate(() => response.socket?.resetAndDestroy());
  },
  (response) => dieAfter(response, STREAM, ': ping\n\n'),
  (response) => dieAfter(response, STREAM, 'data: {"choices":[{"delta":{"con'),
  (response) => dieAfter(response, { ...STREAM, 'content-encoding': 'gzip' }, gzipSync('').subarray(0, 10)),
  (response) => void response.writeHead(200, STREAM).end('data: {"error":{"message":"out of memory"}}\n\n'),
  (response) => dieAfter(response, STREAM, ROLE),
  (response) => dieAfter(response, STREAM, 'event: response.created\ndata: {"type":"response.created"}\n\n'),
  // As a server that speaks HTTP/1.0 dies, and as a proxy in front of it tells.
  (response) => endsWithConnection(response, ''),
  (response) => endsWithConnection(response, `${ROLE}data: {"choices":[{"delta":{"con`),
  (response) => void response.writeHead(200, STREAM).end(ROLE),
  (response) => void response.writeHead(500, STREAM).end('data: {"error":{}}\n\n'),
];
const MODELS = ['before', 'after'] as const;
type Model = (typeof MODELS)[number];
const rolloutOf = (model: Model): string => `00000000-0000-4000-8000-00000000000${MODELS.indexOf(model) + 1}`;

let servers: TestModelServer[];
let gateway: LoneGateway;
let sink: EvidenceSink;
const died: Record<Model, number> = { before: 0, after: 0 };
beforeAll(async () => {
  sink = await startEvidenceSink();
  const primary = await startModelServer((_request, _body, response) =>
    response.writeHead(200, STREAM).end(whole('good')),
  );
  const trying = (model: Model) => {
    let asked = 0;
    return startModelServer((_request, _body, response) => {
      // So few that the local trip leaves the candidate its callers.
      if (asked++ % 5 !== 0) return void response.writeHead(200, STREAM).end(whole('tried'));
      const n = died[model]++;
      if (model === 'before') BEFORE[n % BEFORE.length]?.(response);
      else dieAfter(response, STREAM, token('tried'));
    });
  };
  const candidates = await Promise.all(MODELS.map(trying));
  servers = [primary, ...candidates];
  gateway = await startLoneGateway(
    MODELS.map((model, i) =>
      routeTo(model, primary.url, {
        candidate: { version: 2, url: candidates[i]?.url ?? '', mode: 'canary', weight: 5_000 },
        rolloutId: rolloutOf(model),
      }),
    ),
    { API_URL: sink.url },
  );
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([sink.stop(), ...servers.map((server) => server.stop())]);
});

/** How many callers got what: the arm that answered, and whether they got all of its stream. */
async function ask(model: Model, callers: number): Promise<Record<string, number>> {
  const agent = new Agent({ connections: AT_ONCE });
  const got: Record<string, number> = {};
  let asked = 0;
  const one = async (): Promise<string> => {
    const headers = { 'x-understudy-unit': `u${asked++}` };
    const path = `/models/${model}/v1/chat/completions`;
    const answer = await agent
      .request({ origin: gateway.url, path, method: 'POST', headers, body: '{}' })
      .catch(() => null);
    if (answer === null) return 'no answer';
    const arm = String(answer.headers['x-understudy-arm']);
    const text = await answer.body.text().catch(() => 'broken off');
    const isWhole = answer.statusCode === 200 && text === whole(arm === 'primary' ? 'good' : 'tried');
    return isWhole
      ? arm
      : text === 'broken off'
        ? `${arm}, broken off`
        : `${arm}: ${answer.statusCode} ${text}`;
  };
  const caller = async (): Promise<void> => {
    while (asked < callers) {
      const what = await one();
      got[what] = (got[what] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  await agent.close();
  return got;
}

/** The candidate's evidence, once there is no more to come. */
async function evidenceOf(model: Model, answered: number) {
  const tally = () => sink.tally(rolloutOf(model), 'candidate');
  await eventually(
    async () => tally(),
    ({ requests, errors }) => requests - errors >= answered,
    20_000,
  );
  await sleep(1_500);
  const { requests, errors, histograms } = tally();
  return { requests, errors, reasons: Object.keys(histograms['failures'] ?? {}).sort() };
}

it(`before the first token: none of ${CALLERS} callers is without an answer`, async () => {
  const { primary = 0, candidate = 0, ...others } = await ask('before', CALLERS);
  // The figure of a long run, for whoever reads its log.
  if (CALLERS > 3_000) process.stdout.write(`${JSON.stringify({ primary, candidate, others, died })}\n`);
  expect(others).toEqual({});
  expect(primary + candidate).toBeGreaterThanOrEqual(CALLERS);
  const { requests, errors, reasons } = await evidenceOf('before', candidate);
  // One whose connection was in use before may die again when it is asked again.
  expect([requests - errors, errors <= died.before]).toEqual([candidate, true]);
  expect(errors).toBeGreaterThan(CALLERS / 50);
  expect(reasons).toEqual(['5xx', 'cut_off', 'empty', 'error_event', 'unreachable']);
}, 900_000);

it('after it: each is broken off, counted, and named', async () => {
  const { primary = 0, candidate = 0, ...others } = await ask('after', Math.min(CALLERS, 3_000));
  expect(primary).toBeGreaterThan(0);
  expect(others).toEqual({ 'candidate, broken off': died.after });
  expect(await evidenceOf('after', candidate)).toEqual({
    ...{ requests: candidate + died.after, errors: died.after },
    reasons: ['cut_off'],
  });
}, 300_000);
