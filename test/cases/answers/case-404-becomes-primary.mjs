// A candidate that answers 404 (or 400, 401, 403, 429) to everything: does it become primary? (error_rate gate only, no shadow)
import {
  model,
  json,
  register,
  served,
  rollout,
  POLICY,
  call,
  sleep,
  finish,
  RUN,
  until,
  check,
} from './lib.mjs';
const n = `c404-${RUN}`;
await register(n, (await model((q, s) => json(s, { y: 1 }))).url);
await served(n, 1);
const r = await register(n, (await model((q, s) => json(s, { detail: 'Not Found' }, 404))).url, {
  rollout: {
    policy: POLICY(
      [
        { canary: { weight: '10%', minRequests: 40, maxDuration: '5m' } },
        { canary: { weight: '50%', minRequests: 40, maxDuration: '5m' } },
        { bake: { duration: '1s' } },
      ],
      [{ metric: 'error_rate', maxIncrease: 0.05 }],
    ),
  },
});
await until('canary', async () => (await rollout(r.rollout.id)).step?.kind === 'canary');
let lost = 0,
  sent = 0,
  state;
for (let i = 0; i < 4000 && !['succeeded', 'rolled_back'].includes(state); i++) {
  const a = await call(`/models/${n}/x`, { headers: { 'x-understudy-unit': `u${i}` } });
  sent++;
  if (a.status !== 200) lost++;
  if (i % 100 === 99) {
    await sleep(500);
    state = (await rollout(r.rollout.id)).state;
  }
}
const ro = await rollout(r.rollout.id);
check(ro.state === 'rolled_back', 'a candidate that answers 404 to every request is taken off', {
  state: ro.state,
  because: ro.decision?.because,
  verdicts: ro.verdicts.map((v) => `${v.gate}:${v.verdict}:${v.because}`),
});
check(lost === 0, 'callers who got 404 where the primary answers 200', `${lost} of ${sent}`);
await finish();
