import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const PLACES: readonly (readonly [string, string, number])[] = [
  ['GET', '/whatever', 404],
  ['GET', '/models/a/b/c', 404],
  ['GET', '/api/v1/nothing', 404],
  ['GET', '/api/v1/models', 401],
  ['GET', '/api/v1/auth/callback?code=x', 401],
  ['GET', '/api/v1/auth/login', 404],
  ['POST', '/api/v1/auth/methods', 405],
];

it.each(PLACES)(
  '%s %s: a browser is shown a page, everyone else the problem',
  async (method, place, status) => {
    const ask = async (accept: string | null) => {
      const response = await fetch(api.url + place, { method, headers: accept === null ? {} : { accept } });
      const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
      return { status: response.status, type, text: await response.text() };
    };
    const shown = await ask(BROWSER);
    expect([shown.status, shown.type]).toEqual([status, 'text/html']);
    expect(shown.text).toContain(`<code>${place.split('?')[0]}</code>`);
    for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.9', null]) {
      const told = await ask(accept);
      expect([told.status, told.type]).toEqual([status, 'application/problem+json']);
      expect(JSON.parse(told.text)).toMatchObject({ status, errors: [] });
    }
  },
);

it('what is asked for is text in it', async () => {
  // As no client writes it: angle brackets in the path.
  const answer = await new Promise<string>((resolve, reject) => {
    const { port, hostname } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString())).on('end', () => resolve(text));
    socket.on('error', reject);
    socket.write(
      `GET /<script>alert(1)</script> HTTP/1.1\r\nhost: x\r\naccept: ${BROWSER}\r\nconnection: close\r\n\r\n`,
    );
  });
  expect(answer).toContain('404');
  expect(answer).not.toMatch(/<script/i);
});

it('a start that fails says one sentence, without colours and stacks', async () => {
  const port = new URL(api.url).port;
  const failed = await startApi({ API_PORT: port }).then(
    () => 'it has started',
    (error: Error) => error.message,
  );
  expect(failed.replace(/^.*ended with 1: /, '')).toMatch(
    /^understudy api: Port \d+ on \S+ is in use\.[^\n]*\n$/,
  );
});
