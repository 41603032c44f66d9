// Readiness/metadata GETs through the gateway (load balancers, tritonclient.is_server_ready) must not be taken for predictions.
import {
  model,
  json,
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
const spec = { kind: 'label', path: '$.outputs[0].data[0]' };
const n = `probe-${RUN}`;
await register(
  n,
  (await model((q, s) => (q.method === 'POST' ? json(s, { outputs: [{ data: [1] }] }) : json(s, {})))).url,
  { outputSpec: spec },
);
await served(n, 1);
// its predictions all fail; only its health path works
const r = await register(
  n,
  (await model((q, s) => (q.method === 'POST' ? json(s, {}, 500) : json(s, {})))).url,
  {
    outputSpec: spec,
    rollout: {
      policy: POLICY(
        [{ canary: { weight: '50%', minRequests: 40, maxDuration: '5m' } }, { bake: { duration: '1s' } }],
        [{ metric: 'error_rate', maxIncrease: 0.1 }],
      ),
    },
  },
);
await until('canary', async () => (await rollout(r.rollout.id)).step?.kind === 'canary');
await sleep(400);
for (let i = 0; i < 600; i++)
  await call(`/models/${n}/v2/health/ready`, {
    method: 'GET',
    body: '',
    headers: { 'x-understudy-unit': `probe${i}` },
  });
await sleep(7000);
const ro = await rollout(r.rollout.id);
const e = (await evidence(r.rollout.id)).items[0];
check(
  ro.state === 'running' && ro.step?.kind === 'canary' && ro.step?.index === 0,
  'no prediction was ever asked for: the step does not advance',
  {
    state: ro.state,
    step: ro.step,
    because: ro.decision?.because,
    candidate: e?.candidate.requests,
    verdicts: ro.verdicts.map((v) => `${v.gate}:${v.verdict}:${v.because}`),
  },
);
await finish();
