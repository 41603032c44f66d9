import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzBudget, fuzzRounds, fuzzTimeoutMs } from '../support/fuzz-budget.ts';
import { NO_LINES } from '../../apps/gateway/src/heads/head-lines.ts';
import { CallerServer } from '../../apps/gateway/src/callers/caller-server.ts';
import { MemoryBudget } from '../../apps/gateway/src/process/memory-budget.ts';

/** What a reader took for one request. */
interface Read {
  method: string;
  url: string;
  headers: string[];
  body: string;
}

let reads: Read[] = [];
const ours = new CallerServer(
  { headMs: 5_000, pauseMs: 5_000, idleMs: 5_000, stuckMs: 5_000, connections: 100 },
  new MemoryBudget(100_000_000),
  (request, response) => {
    let body = '';
    const done = (): void => {
      reads.push({ method: request.method, url: request.url, headers: [...request.head.headers], body });
      response.writeHead(200, NO_LINES, null).end();
    };
    if (request.head.body === 'none') return done();
    request.listen({ data: (bytes) => (body += bytes.toString('latin1')), end: done });
  },
);
/** The reader that half the world's Node servers have, model servers among them: llhttp. */
const theirs = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes: Buffer) => (body += bytes.toString('latin1')));
  request.on('end', () => {
    const { method = '', url = '', rawHeaders } = request;
    reads.push({ method, url, headers: rawHeaders, body });
    response.end();
  });
});
Object.assign(theirs, { httpAllowHalfOpen: true });

beforeAll(async () => {
  for (const server of [ours.server, theirs])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  theirs.closeAllConnections();
  await Promise.all([ours.drain(100), new Promise((resolve) => theirs.close(resolve))]);
});

/** @param cut where the bytes are cut into two packets */
function readBy(server: Server, bytes: Buffer, cut: number): Promise<Read[]> {
  reads = [];
  return new Promise((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => resolve(reads));
    socket.write(bytes.subarray(0, cut));
    setTimeout(() => {
      socket.write(bytes.subarray(cut));
      setTimeout(() => socket.end(), 4);
    }, 2);
  });
}

const line = fc.constantFrom(
  'Content-Length: 3',
  'content-length: 0',
  'Transfer-Encoding: chunked',
  'Connection: keep-alive',
  'X-A: b',
  'x-empty:',
  'Expect: 100-continue',
);
const body = fc.constantFrom(
  '',
  'abc',
  '3\r\nabc\r\n0\r\n\r\n',
  '3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n',
  '0\r\n\r\n',
);
const request = fc
  .tuple(fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE'), fc.array(line, { maxLength: 3 }), body)
  .map(([method, lines, rest]) => [`${method} /a?b HTTP/1.1`, 'Host: g', ...lines, '', rest].join('\r\n'));
/** What smugglers change. */
const odd = fc.constantFrom(
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  '\x0b',
  ':',
  ',',
  ';',
  'chunked',
  '0',
  'f',
  '-',
  '+',
  '\xa0',
  'GET / HTTP/1.1\r\nHost: h\r\n\r\n',
);
const change = fc.record({ at: fc.nat(400), take: fc.nat(2), put: fc.option(odd, { nil: '' }) });

const BUDGET = fuzzBudget(0);

it(
  'whatever our reader takes for requests, llhttp takes for the very same requests',
  async () => {
    let [taken, refused] = [0, 0];
    const property = fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 3 }),
      fc.array(change, { maxLength: 2 }),
      fc.nat(),
      async (requests, changes, place) => {
        let text = requests.join('');
        for (const { at, take, put } of changes) {
          const i = at % (text.length + 1);
          text = text.slice(0, i) + put + text.slice(i + take);
        }
        const bytes = Buffer.from(text, 'latin1');
        const cut = place % (bytes.length + 1);
        const mine = await readBy(ours.server, bytes, cut);
        if (mine.length === 0) return void refused++;
        taken++;
        // Ours may stop earlier, at what it does not like; it must never see another request in the same bytes.
        expect((await readBy(theirs, bytes, cut)).slice(0, mine.length)).toEqual(mine);
      },
    );
    await fuzzRounds(BUDGET, (seed) => fc.assert(property, { seed, numRuns: 2_000 }));
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  },
  fuzzTimeoutMs(BUDGET),
);
