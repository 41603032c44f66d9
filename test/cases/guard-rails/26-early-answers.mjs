// The model server answers a large request early and reads no further: the next caller must not be put behind its bytes.
import { call, check, finish, firstPrimary, predict, rawServer, RUN, sleep } from './lib.mjs';

for (const repeatable of [true, false]) {
  const early = await rawServer((socket) => {
    let first = true;
    socket.on('data', (part) => {
      const text = part.toString('latin1', 0, 400);
      if (!first) return;
      if (text.includes('/big')) {
        first = false;
        socket.pause();
        return socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 3\r\n\r\nbig');
      }
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
  });
  const name = `early-${repeatable}-${RUN}`;
  await firstPrimary(name, early.url);
  await call('PUT', `/models/${name}/callers`, { repeatable });
  await sleep(1_500);
  const first = await predict(name, '/big', { body: Buffer.alloc(6e6), signal: AbortSignal.timeout(15_000) });
  check(first.status === 413, `repeatable ${repeatable}: the first caller gets 413`, [
    first.status,
    first.text.slice(0, 80),
  ]);
  const second = await predict(name, '/small', { signal: AbortSignal.timeout(15_000) });
  check(
    second.status === 200 && second.text === 'ok',
    `repeatable ${repeatable}: the next caller is served`,
    second,
  );
}
await finish();
