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
  underWay,
  waitFor,
} from './lib.mjs';

for (const [i, [field, fails]] of [
  ['content-length: 2, 2', false],
  ['content-length: 2\r\ncontent-length: 2', false],
  [`x: ${'y'.repeat(20_000)}\r\ncontent-length: 2`, true],
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
  let counted;
  await waitFor(async () => {
    const { body } = await call('GET', `/rollouts/${id}/evidence`);
    counted = body.items?.[0]?.candidate;
    return counted?.requests >= 60;
  }, 10_000);
  check(
    counted?.requests === 60 && counted.errors === (fails ? 60 : 0),
    `... and the gates count ${fails ? 'failures' : 'successes'}`,
    counted && { requests: counted.requests, errors: counted.errors },
  );
  await call('POST', `/rollouts/${id}/abort`, { reason: 'next' });
}
await finish();
