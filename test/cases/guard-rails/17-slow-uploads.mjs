// 256 uploads that dawdle hold what they can of a model server; one more caller waits for it and leaves.
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import {
  check,
  finish,
  firstPrimary,
  GATEWAY_PID,
  GATEWAY_PORT,
  modelServer,
  onEnd,
  predict,
  RUN,
  sleep,
} from './lib.mjs';

const server = await modelServer(() => [200, {}, 'ok']);
const [name, other] = [`uploads-${RUN}`, `beside-${RUN}`];
await firstPrimary(name, server.url);
await firstPrimary(other, server.url);
const open = () =>
  new Promise((resolve) => {
    const socket = net.connect(GATEWAY_PORT, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => undefined);
    onEnd(() => socket.destroy());
  });
const upload = `POST /models/${name}/x HTTP/1.1\r\nhost: g\r\ncontent-length: 9000000\r\n\r\nx`;
for (let i = 0; i < 256; i++) (await open()).write(upload);
await sleep(1_000);
check((await predict(other)).status === 200, 'another model’s caller has an answer');
for (const wait of [0, 50, 500]) {
  const last = await open();
  last.write(upload);
  await sleep(wait);
  last.destroy();
  await sleep(500);
  const alive =
    existsSync(`/proc/${GATEWAY_PID}`) &&
    !/State:\s+Z/.test(readFileSync(`/proc/${GATEWAY_PID}/status`, 'utf8'));
  check(alive, `one that leaves after ${wait} ms: the gateway lives`);
}
check((await predict(other)).status === 200, 'another model’s caller has an answer still');
await finish();
