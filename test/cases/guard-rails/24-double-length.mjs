// A candidate that says its right length twice costs no caller an answer, and no gate counts a success that nobody had.
import {
  call,
  CANARY,
  check,
  finish,
  firstPrimary,
  modelServer,
  predict,
  rawServer,
  release,
  RUN,
  sleep,
  underWay,
} from './lib.mjs';

for (const [i, field] of [
  'content-length: 2, 2',
  'content-length: 2\r\ncontent-length: 2',
  `x: ${'y'.repeat(20_000)}\r\ncontent-length: 2`,
].entries()) {
  const odd = await rawServer((socket) => {
    let got = '';
    socket.on('data', (part) => {
      got += part;
      if (!got.includes('\r\n\r\n')) return;
      const probe = got.includes('health/ready');
      got = '';
      socket.write(`HTTP/1.1 200 OK\r\n${probe ? 'content-length: 2' : field}\r\n\r\nok`);
    });
  });
  const sound = await modelServer(() => [200, {}, 'PRIMARY']);
  const name = `lengths-${i}-${RUN}`;
  await firstPrimary(name, sound.url);
  const id = await release(name, odd.url, CANARY('100%', { localTrip: false }));
  await underWay(id);
  const answers = [];
  for (let n = 0; n < 60; n++) answers.push(await predict(name));
  const without = answers.filter(({ status }) => status !== 200);
  check(
    without.length === 0,
    `${JSON.stringify(field.slice(0, 60))}: all callers have an answer`,
    without[0],
  );
  await sleep(1_500);
  await call('POST', `/rollouts/${id}/abort`, { reason: 'next' });
}
await finish();
