// Whatever path a caller sends, the model server is asked below the path of its serving URL.
import http from 'node:http';
import { check, finish, firstPrimary, onEnd, raw, RUN } from './lib.mjs';

let asked;
const server = http.createServer((request, response) => {
  asked = request.url;
  response.end(`served ${request.url}`);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
onEnd(() => (server.closeAllConnections(), server.close()));
const name = `path-${RUN}`;
await firstPrimary(name, `http://127.0.0.1:${server.address().port}/v2/models/public`);
const paths = [
  '/infer',
  '/../secret/infer',
  '/../../repository/models/secret/unload',
  '/%2e%2e/secret/infer',
  '/.%2E/secret',
  '/..%2fsecret/infer',
  '/..%5csecret',
  '/..;/secret',
  '\\..\\secret',
  '/a/../../secret',
  '/a/%2e%2e/%2e%2e/secret',
  '/%252e%252e/secret',
  '//../secret',
  '/a//../../../x',
  '/.',
  '/..',
  '/../',
  '/%2e%2e%2f%2e%2e%2fsecret',
  '/..%00/secret',
  '?x=/../../y',
  '/ok?x=/../../y',
];
/** Where servers that normalise (once or twice decoded) would end. */
const places = (target) => {
  const [plain] = target.split('?');
  const decode = (text) =>
    text
      .replace(/%(25)*2e/gi, '.')
      .replace(/%(25)*2f/gi, '/')
      .replace(/%(25)*5c|\\/gi, '/')
      .replace(/;[^/]*/g, '');
  return [plain, decode(plain), decode(plain).replace(/\/+/g, '/')].map(
    (one) => new URL(`http://x${one}`).pathname,
  );
};
for (const target of paths) {
  asked = null;
  const { text } = await raw(`GET /models/${name}${target} HTTP/1.1\r\nhost: g\r\n\r\n`, { wait: 300 });
  const below = asked === null || places(asked).every((place) => /^\/v2\/models\/public(\/|$)/.test(place));
  const answered = /^HTTP\/1\.1 (200|400|404)/.test(text);
  check(below && answered, target, [text.split('\r\n')[0], asked]);
}
for (const target of ['/../healthz', `/./models/${name}/p`, `/models/x/../${name}/p`]) {
  asked = null;
  const { text } = await raw(`GET ${target} HTTP/1.1\r\nhost: g\r\n\r\n`, { wait: 300 });
  const below = asked === null || asked.startsWith('/v2/models/public');
  check(below && /^HTTP\/1\.1 \d/.test(text), target, text.split('\r\n')[0]);
}
await finish();
