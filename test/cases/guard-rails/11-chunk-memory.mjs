// Bodies in chunks of a byte: memory is counted in what is held, not in bytes of body.
import net from 'node:net';
import {
  check,
  finish,
  firstPrimary,
  GATEWAY_PID,
  GATEWAY_PORT,
  modelServer,
  predict,
  RUN,
  sleep,
} from './lib.mjs';
import { readFileSync } from 'node:fs';

const rssMegabytes = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${GATEWAY_PID}/status`, 'utf8'))[1]) / 1024;
const server = await modelServer(() => [200, {}, 'ok']);
const [name, other] = [`chunks-${RUN}`, `other-${RUN}`];
await firstPrimary(name, server.url);
await firstPrimary(other, server.url);
const before = rssMegabytes();
const unit = Buffer.from('1\r\nx\r\n'.repeat(10_000));
const sockets = [];
for (let c = 0; c < 6; c++) {
  const socket = net.connect(GATEWAY_PORT, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(`POST /models/${name}/x HTTP/1.1\r\nhost: g\r\ntransfer-encoding: chunked\r\n\r\n`);
  for (let i = 0; i < 200 && !socket.destroyed; i++) {
    if (socket.write(unit)) continue;
    // Whoever reads no more for a second has had enough.
    const drained = new Promise((resolve) => {
      socket.once('drain', () => resolve(true));
      socket.once('close', () => resolve(true));
    });
    if (!(await Promise.race([drained, sleep(1_000, false)]))) break;
  }
}
const grown = rssMegabytes() - before;
check(grown < 160, 'six bodies of two million chunks cost at most 160 MB', Math.round(grown));
check((await predict(other)).status === 200, 'another model’s caller has an answer');
for (const socket of sockets) socket.destroy();
await finish();
