// Callers on slow lines: how long a caller takes to read an answer is no latency of the model, and both arms must be measured alike.
import {
  model,
  register,
  served,
  rollout,
  evidence,
  POLICY,
  sleep,
  finish,
  RUN,
  until,
  check,
  net,
  GATEWAY,
} from './lib.mjs';
const big = Buffer.alloc(6 * 1024 * 1024, 97);
const h = (q, s) =>
  s.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': big.length }).end(big);
const n = `slow-${RUN}`;
await register(n, (await model(h)).url);
await served(n, 1);
const r = await register(n, (await model(h)).url, {
  rollout: {
    policy: POLICY(
      [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '10m' } }],
      [{ metric: 'latency_p50', maxIncreaseRatio: 1.5 }],
    ),
  },
});
await until('canary', async () => (await rollout(r.rollout.id)).step?.kind === 'canary');
await sleep(500);
const slow = (unit) =>
  new Promise((resolve) => {
    // reads 6 MiB in about 2 s
    const u = new URL(GATEWAY);
    const s = net.connect({ port: Number(u.port), host: u.hostname });
    let got = 0,
      arm = '',
      text = '';
    s.on('error', () => undefined);
    s.on('close', () => resolve({ arm, got }));
    s.write(
      `POST /models/${n}/x HTTP/1.1\r\nhost: x\r\nx-understudy-unit: ${unit}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    );
    s.on('data', (d) => {
      got += d.length;
      if (!arm) {
        text += d.toString('latin1', 0, 2000);
        arm = /x-understudy-arm: (\w+)/.exec(text)?.[1] ?? '';
      }
      s.pause();
      setTimeout(() => s.resume(), 20);
    });
  });
const arms = await Promise.all(Array.from({ length: 30 }, (_, i) => slow(`u${i}`)));
await sleep(3500);
const e = (await evidence(r.rollout.id)).items[0];
const [p, c] = [e.primary.latencyMs.p50, e.candidate.latencyMs.p50];
check(
  p / c < 3 && c / p < 3,
  'two servers that are equally fast are measured as equally fast (medians within a factor of 3)',
  {
    primaryP50: Math.round(p),
    candidateP50: Math.round(c),
    n: [e.primary.requests, e.candidate.requests],
    arms: [arms.filter((a) => a.arm === 'primary').length, arms.filter((a) => a.arm === 'candidate').length],
  },
);
await finish();
