// Answers above MAX_BUFFERED_BYTES (8 MiB): our limit, not the candidate's failure.
import {
  model,
  register,
  served,
  rollout,
  evidence,
  POLICY,
  call,
  sleep,
  finish,
  RUN,
  until,
  check,
} from './lib.mjs';
const big = Buffer.alloc(9 * 1024 * 1024, 97);
const h = (q, s) =>
  s.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': big.length }).end(big);
const n = `large-${RUN}`;
await register(n, (await model(h)).url);
await served(n, 1);
const r = await register(n, (await model(h)).url, {
  rollout: {
    policy: POLICY(
      [{ canary: { weight: '50%', minRequests: 1000, maxDuration: '5m' } }],
      [{ metric: 'error_rate', maxIncrease: 0.1 }],
    ),
  },
});
await until('canary', async () => (await rollout(r.rollout.id)).step?.kind === 'canary');
await sleep(600);
const arms = {};
for (let i = 0; i < 40; i++) {
  const a = await call(`/models/${n}/x`, { headers: { 'x-understudy-unit': `u${i}` } });
  const k = `${a.headers['x-understudy-arm']} ${a.status}`;
  arms[k] = (arms[k] ?? 0) + 1;
}
await sleep(3000);
const ro = await rollout(r.rollout.id);
const e = (await evidence(r.rollout.id)).items[0];
check(
  ro.state !== 'rolled_back' && e.candidate.errors === 0,
  'both versions answer the same 9 MiB: no error of the candidate',
  {
    arms,
    candidate: { requests: e.candidate.requests, errors: e.candidate.errors },
    state: ro.state,
    because: ro.decision?.because,
    reason: ro.reason,
  },
);
await finish();
