import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EMPTY_SKETCH, quantile } from '#libs/stats';
import type { Route } from '#libs/traffic';
import { type EvidenceSink, startEvidenceSink } from '../support/gateways/evidence-sink.ts';
import { eventually } from '../support/installation.ts';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Says that an answer is to come, and nothing of it. */
const ROLE = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
/** Later than CANDIDATE_TIMEOUT_MS, and sooner than UPSTREAM_TIMEOUT_MS after it. */
const LATE_MS = 700;

/** How a model server streams: by the last part of the path. */
const MANNERS: Record<string, (response: ServerResponse) => Promise<void>> = {
  /** Longer in all than CANDIDATE_TIMEOUT_MS, and than anybody may be silent. */
  sse: (response) => events(response, 'text/event-stream', (i) => `data: {"t":${i}}\n\n`, 'data: [DONE]\n\n'),
  crlf: (response) => events(response, 'text/event-stream', (i) => `event: token\r\ndata: ${i}\r\n\r\n`, ''),
  lines: (response) => events(response, 'application/x-ndjson', (i) => `{"t":${i}}\n`, '{"done":true}\n'),
  text: (response) => events(response, 'text/plain', (i) => `word${i} `, '.'),
  'pings-then-dies': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': ping\n\n: ping\n\n');
    await sleep(50);
    response.destroy();
  },
  'half-an-event-then-dies': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"t":0}\n');
    await sleep(50);
    response.destroy();
  },
  'role-then-late': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(ROLE);
    await sleep(LATE_MS);
    response.end('data: {"t":0}\n\n');
  },
  'pings-only': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let i = 0; i < 40 && !response.destroyed; i++) {
      response.write(': ping\n\n');
      await sleep(50);
    }
    response.destroy();
  },
  'error-first': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: {"error":{"message":"CUDA out of memory"}}\n\ndata: [DONE]\n\n');
  },
  'error-without-end': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: {"error":{"message":"CUDA out of memory"}}\n');
  },
  'error-in-the-middle': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"t":0}\n\n');
    await sleep(50);
    response.end('data: {"error":{"message":"CUDA out of memory"}}\n\ndata: [DONE]\n\n');
  },
  'dies-in-the-middle': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"t":0}\n\n');
    await sleep(50);
    response.destroy();
  },
  'stalls-in-the-middle': async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"t":0}\n\n');
  },
};
const TOKENS = 12;
const EVERY_MS = 70;

async function events(
  response: ServerResponse,
  type: string,
  event: (i: number) => string,
  last: string,
): Promise<void> {
  response.writeHead(200, { 'content-type': type });
  for (let i = 0; i < TOKENS && !response.destroyed; i++) {
    response.write(event(i));
    await sleep(EVERY_MS);
  }
  response.end(last);
}
const whole = (event: (i: number) => string, last: string): string =>
  Array.from({ length: TOKENS }, (_, i) => event(i)).join('') + last;
const GOOD: Record<string, string> = {
  sse: whole((i) => `data: {"t":${i}}\n\n`, 'data: [DONE]\n\n'),
  crlf: whole((i) => `event: token\r\ndata: ${i}\r\n\r\n`, ''),
  lines: whole((i) => `{"t":${i}}\n`, '{"done":true}\n'),
  text: whole((i) => `word${i} `, '.'),
};

const ARMS = ['primary', 'candidate', 'shadow'] as const;
type Arm = (typeof ARMS)[number];
const KINDS = Object.keys(MANNERS);
const ids = new Map<string, string>();
const rolloutOf = (name: string): string => {
  const id = ids.get(name) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`;
  ids.set(name, id);
  return id;
};
const nameOf = (arm: Arm, kind: string, repeatable = true): string =>
  `${arm}-${kind}${repeatable ? '' : '-once'}`;

let good: TestModelServer;
let tried: TestModelServer;
let gateway: LoneGateway;
let sink: EvidenceSink;
let flooded = 0;
let leftBehind = 0;

beforeAll(async () => {
  sink = await startEvidenceSink();
  const serve = (isGood: boolean) => (request: IncomingMessage, _body: string, response: ServerResponse) => {
    const kind = (request.url ?? '').split('/').at(-1) ?? '';
    if (kind === 'flood') return flood(response);
    response.on('close', () => (leftBehind += response.writableFinished ? 0 : 1));
    void MANNERS[isGood && !(kind in GOOD) ? 'sse' : kind]?.(response);
  };
  good = await startModelServer(serve(true));
  tried = await startModelServer(serve(false));
  const routes = ARMS.flatMap((arm) =>
    [true, false].flatMap((repeatable) =>
      [...KINDS, 'flood'].map((kind): Route => {
        const name = nameOf(arm, kind, repeatable);
        // The primary's arm is asked of the server under trial too.
        return routeTo(name, arm === 'primary' ? tried.url : good.url, {
          rolloutId: rolloutOf(name),
          candidate: {
            ...{ version: 2, url: tried.url, mode: arm === 'shadow' ? 'shadow' : 'canary' },
            weight: arm === 'primary' ? 0 : 10_000,
          },
          callers: { unit: { from: 'header', name: 'x-understudy-unit' }, repeatable },
        });
      }),
    ),
  );
  gateway = await startLoneGateway(routes, {
    ...{ API_URL: sink.url, CANDIDATE_TIMEOUT_MS: '500', UPSTREAM_TIMEOUT_MS: '900' },
  });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([sink.stop(), good.stop(), tried.stop()]);
});

function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = Buffer.from(`data: ${'x'.repeat(65_500)}\n\n`);
  const more = (): void => {
    while (flooded < 200_000_000 && !response.destroyed) {
      flooded += event.length;
      if (!response.write(event)) return void response.once('drain', more);
    }
  };
  more();
}

interface Heard {
  readonly arm: string;
  readonly text: string;
  readonly firstMs: number;
  readonly allMs: number;
  /** The answer ended as HTTP says. */
  readonly isWhole: boolean;
}

/** @param leaveAt the caller leaves at this many bytes */
function hear(name: string, kind: string, leaveAt = Infinity): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const since = (): number => performance.now() - started;
    const { port } = gateway;
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      path: `/models/${name}/${kind}`,
      method: 'POST',
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const arm = String(response.headers['x-understudy-arm']);
      let text = '';
      let firstMs = NaN;
      const over = (isWhole: boolean) => resolve({ arm, text, firstMs, allMs: since(), isWhole });
      response.on('data', (bytes: Buffer) => {
        if (Number.isNaN(firstMs)) firstMs = since();
        text += bytes.toString();
        if (text.length < leaveAt) return;
        sent.destroy();
        over(false);
      });
      response.on('end', () => over(response.complete));
      response.on('error', () => over(false));
    });
    sent.end('{}');
  });
}

/** What the evidence of an arm says, once a request is in it. */
const evidenceOf = async (arm: Arm, name: string) => {
  const of = () => sink.tally(rolloutOf(name), arm);
  const { requests, errors, histograms } = await eventually(
    async () => of(),
    (tally) => tally.requests > 0,
    10_000,
  );
  return { requests, errors, reasons: Object.keys(histograms['failures'] ?? {}) };
};

describe('a healthy stream that takes longer than a whole answer may', () => {
  it.each(
    (['primary', 'candidate'] as const).flatMap((arm) =>
      Object.keys(GOOD).map((kind) => [arm, kind] as const),
    ),
  )('%s, %s: goes on as it comes, byte for byte, and is no failure', async (arm, kind) => {
    const name = nameOf(arm, kind);
    const heard = await hear(name, kind);
    expect(heard).toMatchObject({ arm, text: GOOD[kind], isWhole: true });
    // Its first token is there long before its last.
    expect(heard.firstMs).toBeLessThan(heard.allMs / 2);
    expect(heard.allMs).toBeGreaterThan(500);
    expect(await evidenceOf(arm, name)).toEqual({ requests: 1, errors: 0, reasons: [] });
    const { sketches = {} } = sink.tally(rolloutOf(name), arm);
    expect(sketches).toMatchObject({ ttft: { count: 1 }, inter_token: { count: 1 } });
    expect(quantile(sketches['inter_token'] ?? EMPTY_SKETCH, 0.5)).toBeGreaterThan(0.8 * EVERY_MS);
  });

  it.each(Object.keys(GOOD))('shadow, %s: is compared after its end', async (kind) => {
    const name = nameOf('shadow', kind);
    expect(await hear(name, kind)).toMatchObject({ arm: 'primary', text: GOOD[kind], isWhole: true });
    expect(await evidenceOf('shadow', name)).toEqual({ requests: 1, errors: 0, reasons: [] });
    expect(sink.tally(rolloutOf(name), 'shadow')).toMatchObject({
      ...{ compared: 1, agreed: 1 },
      sketches: { ttft: { count: 1 }, inter_token: { count: 1 } },
    });
  });

  it('goes on as it comes where a request may not be repeated', async () => {
    const heard = await hear(nameOf('candidate', 'sse', false), 'sse');
    expect(heard).toMatchObject({ arm: 'candidate', text: GOOD['sse'], isWhole: true });
    expect(heard.firstMs).toBeLessThan(heard.allMs / 2);
  });
});

describe('a server that says that an answer is to come', () => {
  it.each(['primary', 'candidate', 'shadow'] as const)(
    '%s: may take its time to the first token, which is counted from there',
    async (arm) => {
      const name = nameOf(arm, 'role-then-late');
      const heard = await hear(name, 'role-then-late');
      if (arm !== 'shadow')
        expect(heard).toMatchObject({ arm, text: `${ROLE}data: {"t":0}\n\n`, isWhole: true });
      expect(await evidenceOf(arm, name)).toEqual({ requests: 1, errors: 0, reasons: [] });
      const { sketches = {} } = sink.tally(rolloutOf(name), arm);
      expect(quantile(sketches['ttft'] ?? EMPTY_SKETCH, 0.5)).toBeGreaterThan(0.9 * LATE_MS);
    },
  );
});

describe('a candidate that gives no first event', () => {
  it.each([
    ['pings-then-dies', 'cut_off'],
    ['half-an-event-then-dies', 'cut_off'],
    ['pings-only', 'timeout'],
    ['error-first', 'error_event'],
    ['error-without-end', 'error_event'],
  ])('%s: the primary answers, and the candidate has failed (%s)', async (kind, reason) => {
    const name = nameOf('candidate', kind);
    expect(await hear(name, kind)).toMatchObject({ arm: 'primary', text: GOOD['sse'], isWhole: true });
    expect(await evidenceOf('candidate', name)).toEqual({ requests: 1, errors: 1, reasons: [reason] });
  });

  it.each([
    ['pings-then-dies', 'cut_off'],
    ['pings-only', 'timeout'],
    ['error-first', 'error_event'],
    ['error-without-end', 'error_event'],
  ])('%s counts for the primary alike (%s)', async (kind, reason) => {
    const name = nameOf('primary', kind);
    await hear(name, kind);
    expect(await evidenceOf('primary', name)).toEqual({ requests: 1, errors: 1, reasons: [reason] });
  });

  it('says so itself where a request may not be repeated', async () => {
    const name = nameOf('candidate', 'error-first', false);
    expect(await hear(name, 'error-first')).toMatchObject({ arm: 'candidate', isWhole: true });
    expect(await evidenceOf('candidate', name)).toMatchObject({ errors: 1, reasons: ['error_event'] });
  });
});

describe('a stream that breaks once its caller has heard of it', () => {
  it.each(
    (['primary', 'candidate'] as const).flatMap((arm) => [
      [arm, 'dies-in-the-middle', 'cut_off'] as const,
      [arm, 'stalls-in-the-middle', 'timeout'] as const,
    ]),
  )('%s, %s: the caller sees that it is not whole; counted as %s', async (arm, kind, reason) => {
    const name = nameOf(arm, kind);
    expect(await hear(name, kind)).toMatchObject({ arm, text: 'data: {"t":0}\n\n', isWhole: false });
    expect(await evidenceOf(arm, name)).toEqual({ requests: 1, errors: 1, reasons: [reason] });
  });

  it.each(['primary', 'candidate', 'shadow'] as const)('%s: says itself that it has failed', async (arm) => {
    const name = nameOf(arm, 'error-in-the-middle');
    expect(await hear(name, 'error-in-the-middle')).toMatchObject({ isWhole: true });
    expect(await evidenceOf(arm, name)).toEqual({ requests: 1, errors: 1, reasons: ['error_event'] });
  });

  it.each(['primary', 'candidate'] as const)(
    '%s: a caller who has heard enough is no failure',
    async (arm) => {
      const before = leftBehind;
      const name = nameOf(arm, 'lines');
      const { requests } = await evidenceOf(arm, name);
      await hear(name, 'lines', 20);
      // The model server is told, so that it makes no more tokens.
      await eventually(
        async () => leftBehind,
        (left) => left > before,
        5_000,
      );
      await hear(name, 'lines');
      const counted = () => sink.tally(rolloutOf(name), arm);
      await eventually(
        async () => counted().requests,
        (count) => count > requests,
        10_000,
      );
      expect(counted()).toMatchObject({ requests: requests + 1, errors: 0 });
    },
  );
});

it('holds a fast model server back for a slow caller', async () => {
  flooded = 0;
  const { port } = gateway;
  const path = `/models/${nameOf('candidate', 'flood')}/flood`;
  const sent = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', agent: false });
  sent.on('error', () => undefined);
  const response = await new Promise<IncomingMessage>((resolve) => {
    sent.on('response', resolve);
    sent.end('{}');
  });
  response.on('error', () => undefined);
  response.pause();
  let last = -1;
  await eventually(
    async () => {
      const stands = flooded === last;
      last = flooded;
      await sleep(300);
      return stands;
    },
    (stands) => stands,
    20_000,
  );
  expect(flooded).toBeLessThan(60_000_000);
  // It goes on where it was.
  response.resume();
  await eventually(
    async () => flooded,
    (bytes) => bytes > last + 10_000_000,
    20_000,
  );
  sent.destroy();
});
