// What odd answers of model servers become at the caller: one message, one length, nothing of ours forged.
import {
  call,
  CANARY,
  check,
  finish,
  firstPrimary,
  modelServer,
  raw,
  rawServer,
  release,
  RUN,
  underWay,
} from './lib.mjs';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
let answer = OK;
const odd = await rawServer((socket) => {
  let got = '';
  socket.on('data', (part) => {
    got += part.toString('latin1');
    for (let end = got.indexOf('\r\n\r\n'); end >= 0; end = got.indexOf('\r\n\r\n')) {
      const head = got.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (got.length < end + 4 + length) return;
      got = got.slice(end + 4 + length);
      socket.write(head.includes('/v2/health/ready') ? OK : answer, 'latin1');
    }
  });
});
const sound = await modelServer(() => [200, {}, 'PRIMARY']);
const [primary, candidate] = [`odd-${RUN}`, `odd-candidate-${RUN}`];
await firstPrimary(primary, odd.url);
await firstPrimary(candidate, sound.url);
const gates = [{ metric: 'error_rate', maxIncrease: 0.9, startPeriod: '1h' }];
const id = await release(candidate, odd.url, CANARY('100%', { localTrip: false, gates }));
await underWay(id);

/** The head's fields of each message in the bytes, and what is left as the last one's body. */
function messages(text) {
  const found = [];
  for (let rest = text; /^HTTP\/1\.1 \d{3}/.test(rest);) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) break;
    const [start, ...lines] = rest.slice(0, end).split('\r\n');
    const fields = lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]);
    found.push({ status: Number(start.slice(9, 12)), fields });
    rest = rest.slice(end + 4);
    if (found.at(-1).status >= 200) return { found, rest };
  }
  return { found, rest: '' };
}
const values = ({ fields }, name) => fields.filter(([field]) => field === name).map(([, value]) => value);

const cases = {
  plain: OK,
  'lengths in a list': 'HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nok',
  'two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok',
  '103 with framing and ours':
    'HTTP/1.1 103 Early\r\ncontent-length: 5\r\nx-understudy-receipt: FORGED\r\nx-understudy-arm: FORGED\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n' +
    OK,
  '199 with a length': `HTTP/1.1 199 Odd\r\ncontent-length: 0\r\n\r\n${OK}`,
  '100 unasked': `HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n${OK}`,
  '204 with a length': 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',
  '204 with a length and a body': 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello',
  '304 with a length': 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
  'ours forged':
    'HTTP/1.1 200 OK\r\nX-UNDERSTUDY-RECEIPT: FORGED\r\nx-understudy-arm: FORGED\r\nx-Understudy-Version: FORGED\r\nx-understudy-foo: FORGED\r\ncontent-length: 2\r\n\r\nok',
  'trailers forged':
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-understudy-receipt: FORGED\r\ncontent-length: 9\r\nset-cookie: FORGED=b\r\ntransfer-encoding: chunked\r\n\r\n',
  'two answers at once': `${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nEVIL`,
  'the length named by Connection':
    'HTTP/1.1 200 OK\r\nconnection: content-length\r\ncontent-length: 2\r\n\r\nok',
  'ours named by Connection':
    'HTTP/1.1 200 OK\r\nconnection: x-understudy-version, content-type\r\ncontent-length: 2\r\ncontent-type: a/b\r\n\r\nok',
  'status 999': 'HTTP/1.1 999 Foo\r\ncontent-length: 2\r\n\r\nok',
  'a bare line feed': 'HTTP/1.1 200 OK\r\nx: a\nset-cookie: x=y\r\ncontent-length: 2\r\n\r\nok',
  'a field of Latin-1': 'HTTP/1.1 200 OK\r\nx: \xff\xfe\x80\x85\r\ncontent-length: 2\r\n\r\nok',
  'coding identity': 'HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\ncontent-length: 2\r\n\r\nok',
  'chunked in HTTP/1.0': 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  'a length beyond all': 'HTTP/1.1 200 OK\r\ncontent-length: 999999999999999999999\r\n\r\nok',
  '20 KB of head': `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\ncontent-length: 2\r\n\r\nok`,
};
for (const [what, bytes] of Object.entries(cases)) {
  answer = bytes;
  for (const [arm, name, method] of [
    ['primary', primary, 'POST'],
    ['HEAD', primary, 'HEAD'],
    ['candidate', candidate, 'POST'],
  ]) {
    const request = `${method} /models/${name}/p HTTP/1.1\r\nhost: g\r\ncontent-length: 0\r\n\r\n`;
    const { text } = await raw(request, { wait: 400 });
    const { found, rest } = messages(text);
    const final = found.at(-1);
    const wrong = [];
    if (!final || final.status < 200) wrong.push('no final answer');
    for (const message of found) {
      const framing = [...values(message, 'content-length'), ...values(message, 'transfer-encoding')];
      if (framing.length > 1) wrong.push(`framing ${framing.join(' and ')}`);
      if (/,/.test(framing[0] ?? '')) wrong.push(`framing ${framing[0]}`);
      const none = message.status < 200 || message.status === 204;
      if (none && framing.length > 0) wrong.push(`${message.status} with ${framing[0]}`);
    }
    if (/FORGED|EVIL/.test(text)) wrong.push('something forged');
    if (final && (method === 'HEAD' || [204, 304].includes(final.status)) && rest !== '')
      wrong.push(`a body: ${rest.slice(0, 40)}`);
    if (text.split('\r\n\r\n')[0].length > 16_000) wrong.push('a head that Node in front refuses');
    if (arm === 'candidate' && final && final.status >= 500) wrong.push(`the caller got ${final.status}`);
    check(wrong.length === 0, `${what}, ${arm}`, wrong.length ? [wrong, text.slice(0, 300)] : undefined);
  }
}
await call('POST', `/rollouts/${id}/abort`, { reason: 'done' });
await finish();
