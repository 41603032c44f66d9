// Callers make what a gateway has to tell larger than the api takes in one request: nothing is lost.
import net from 'node:net';
import {
  API_PID,
  call,
  check,
  finish,
  firstPrimary,
  GATEWAY_PORT,
  GW,
  JSON_TYPE,
  modelServer,
  release,
  RUN,
  sleep,
  underWay,
} from './lib.mjs';

const lost = async () => {
  const text = await (await fetch(`${GW}/metrics`)).text();
  return Number(/evidence_lost_requests_total (\d+)/.exec(text)?.[1]);
};
const server = await modelServer(() => [200, JSON_TYPE, '{"label":"a"}']);
const name = `large-${RUN}`;
await firstPrimary(name, server.url);
const id = await release(name, server.url, {
  name: 'p',
  steps: [{ canary: { weight: '1%', minRequests: 100_000, maxDuration: '1h' } }],
  gates: [{ metric: 'feedback.click', maxDecrease: 0.01, segments: { header: 'x-seg' } }],
});
await underWay(id);
const before = await lost();
const [requestId, segment] = ['\\'.repeat(985), '"'.repeat(100)];
// With the api held, all of it is one batch.
if (API_PID) process.kill(API_PID, 'SIGSTOP');
const sockets = await Promise.all(
  Array.from(
    { length: 700 },
    () =>
      new Promise((resolve) => {
        const socket = net.connect(GATEWAY_PORT, '127.0.0.1', () => resolve(socket));
        socket.on('error', () => undefined);
        socket.resume();
      }),
  ),
);
for (let round = 0; round < 3; round++)
  for (const [i, socket] of sockets.entries())
    socket.write(
      `POST /models/${name}/x HTTP/1.1\r\nhost: g\r\ncontent-length: 2\r\nx-request-id: ${requestId}${String(round * 700 + i).padStart(5, '0')}\r\nx-seg: ${segment}\r\n\r\n{}`,
    );
await sleep(3_000);
if (API_PID) process.kill(API_PID, 'SIGCONT');
await sleep(5_000);
for (const socket of sockets) socket.destroy();
check((await lost()) === before, 'no request’s evidence is lost', (await lost()) - before);
const { items } = (await call('GET', `/rollouts/${id}/evidence`)).body;
const counted = items.reduce((sum, { primary, candidate }) => sum + primary.requests + candidate.requests, 0);
check(counted > 0, 'evidence arrives', counted);
await call('POST', `/rollouts/${id}/abort`, { reason: 'done' });
await finish();
