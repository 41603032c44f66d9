import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Socket } from 'node:net';
import { type LoneGateway, routeTo, startLoneGateway } from '../support/gateways/lone-gateway.ts';
import { sayRaw, startRawServer } from '../support/model-servers/raw-http.ts';

/** Forms of HTTP/1.1 that are rare and right, or that old peers have: what the gateway makes of them. */
let gateway: LoneGateway;
let server: Awaited<ReturnType<typeof startRawServer>>;
let answer: (socket: Socket) => void = () => undefined;
const ok = (socket: Socket): void =>
  void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', 'latin1');

beforeAll(async () => {
  server = await startRawServer((socket) => answer(socket));
  const candidate = { version: 2, url: server.url, mode: 'canary', weight: 5_000 } as const;
  const trial = { candidate, rolloutId: '00000000-0000-4000-8000-000000000001' };
  const by = (from: 'header' | 'cookie', name: string) =>
    routeTo(`by-${from}`, server.url, { ...trial, callers: { unit: { from, name }, repeatable: true } });
  gateway = await startLoneGateway([
    routeTo('m', server.url),
    by('cookie', 'uid'),
    by('header', 'x-groups'),
    routeTo('judged', server.url, trial),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const CLOSE = 'connection: close\r\ncontent-length: 2\r\n\r\n{}';
const say = (line: string, lines: readonly string[] = []): Promise<string> =>
  sayRaw(
    gateway.port,
    `${line} HTTP/1.1\r\nhost: g\r\n${lines.map((one) => `${one}\r\n`).join('')}${CLOSE}`,
    3_000,
  );
const armOf = (text: string): string | undefined => /x-understudy-version: (\d)/.exec(text)?.[1];

describe('the target of a request', () => {
  it.each([
    ['http://g/models/m/a?b', '/a?b'],
    ['https://elsewhere.example:444/models/m/a/../c?d=http://e/f', '/c?d=http://e/f'],
    ['HTTP://[::1]/models/m', '/'],
  ])('%s goes on as %s', async (target, rest) => {
    answer = ok;
    server.heads.length = 0;
    expect(await say(`POST ${target}`)).toMatch(/^HTTP\/1.1 200/);
    expect(server.heads).toEqual([
      expect.stringMatching(new RegExp(`^POST ${rest.replaceAll(/[?.]/g, '\\$&')} HTTP/1.1\\r\\nhost: 127`)),
    ]);
  });

  it.each([
    ['POST http://g/models/m/../../x', /^HTTP\/1.1 400[^]*path_ambiguous/],
    ['POST http://g/models/m/%2e%2e/x', /^HTTP\/1.1 400[^]*path_ambiguous/],
    ['POST http://u:p@g/models/m/x', /^HTTP\/1.1 400[^]*names a user/],
    ['POST ftp://g/models/m/x', /^HTTP\/1.1 400[^]*neither a path nor an address/],
    ['OPTIONS *', /^HTTP\/1.1 400[^]*names? a path/],
    ['CONNECT g:443', /^HTTP\/1.1 405[^]*no tunnel/],
    ['POST http://g/other', /^HTTP\/1.1 404[^]*path_unknown/],
  ])('%s is refused clearly', async (line, said) => {
    server.heads.length = 0;
    expect(await say(line)).toMatch(said);
    expect(server.heads).toEqual([]);
  });
});

describe('header lines', () => {
  it('cookies in one line or in many: one unit, one arm; they go on as they came', async () => {
    answer = ok;
    const arms = new Set<string | undefined>();
    const cookies = fc.tuple(
      fc.stringMatching(/^[a-z0-9]{1,8}$/).map((value) => `uid=${value}`),
      fc.array(fc.constantFrom('a=1', 'uid2=x', 'b="q"', 'session=s'), { minLength: 1, maxLength: 3 }),
      fc.nat(3),
    );
    for (const [uid, others, at] of fc.sample(cookies, { seed: 7, numRuns: 30 })) {
      const all = [...others.slice(0, at), uid, ...others.slice(at)];
      server.heads.length = 0;
      const one = armOf(await say('POST /models/by-cookie/x', [`cookie: ${all.join('; ')}`]));
      const many = armOf(
        await say(
          'POST /models/by-cookie/x',
          all.map((cookie) => `Cookie: ${cookie}`),
        ),
      );
      expect([all, many]).toEqual([all, one]);
      arms.add(one);
      expect(server.heads[1]?.match(/^Cookie: .*$/gm)).toEqual(all.map((cookie) => `Cookie: ${cookie}`));
    }
    expect([...arms].sort()).toEqual(['1', '2']);
  });

  it('a list in one line or in many is one unit; of a unit that is named twice the first counts', async () => {
    answer = ok;
    for (let i = 0; i < 20; i++) {
      const one = armOf(await say('POST /models/by-header/x', [`x-groups: g${i}, h${i}`]));
      const two = armOf(await say('POST /models/by-header/x', [`x-groups: g${i}`, `X-Groups: h${i}`]));
      expect([i, two]).toEqual([i, one]);
      const first = armOf(await say('POST /models/judged/x', [`x-understudy-unit: u${i}`]));
      const both = armOf(
        await say('POST /models/judged/x', [`x-understudy-unit: u${i}`, 'x-understudy-unit: another']),
      );
      expect([i, both]).toEqual([i, first]);
    }
  });
});

describe('Transfer-Encoding', () => {
  it.each([
    ['identity with a length', 'transfer-encoding: identity\r\ncontent-length: 2\r\n\r\nok', false],
    ['Identity until the end', 'Transfer-Encoding: Identity\r\n\r\nok', true],
    ['identity and chunks', 'transfer-encoding: identity, Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', false],
    ['chunks', 'transfer-encoding:\tCHUNKED \r\n\r\n2\r\nok\r\n0\r\n\r\n', false],
  ])('an answer with %s is read', async (_, text, ends) => {
    answer = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${text}`);
      if (ends) socket.end();
    };
    for (const model of ['m', 'judged', 'judged', 'judged']) {
      const response = await fetch(`${gateway.url}/models/${model}/x`, { method: 'POST', body: '{}' });
      expect([response.status, await response.text()]).toEqual([200, 'ok']);
    }
  });

  it('an answer in another coding is malformed, and says which', async () => {
    answer = (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n');
    expect(await say('POST /models/m/x')).toMatch(/^HTTP\/1.1 502[^]*\(gzip, chunked\)/);
  });

  it.each([
    ['identity', 501],
    ['gzip, chunked', 501],
    ['chunked, identity', 501],
    ['chunked', 400],
  ])('a request with a length and %s, or without a length, is refused', async (coding, alone) => {
    server.heads.length = 0;
    expect(await say('POST /models/m/x', [`transfer-encoding: ${coding}`])).toMatch(/^HTTP\/1.1 400/);
    const text = await sayRaw(
      gateway.port,
      `POST /models/m/x HTTP/1.1\r\nhost: g\r\ntransfer-encoding: ${coding}\r\n\r\nzz\r\n`,
      500,
    );
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${alone}`));
    expect(server.heads).toEqual([]);
  });
});
