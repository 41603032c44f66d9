// Answers with content-encoding (gzip/br) are read for judging: they must be decoded first.
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
import zlib from 'node:zlib';
const spec = { kind: 'label', path: '$.outputs[0].data[0]' };
const enc = (value) => (q, s) => {
  const text = JSON.stringify({ outputs: [{ data: [value] }] });
  if (/gzip/.test(q.headers['accept-encoding'] ?? '')) {
    const z = zlib.gzipSync(text);
    s.writeHead(200, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'content-length': z.length,
    }).end(z);
  } else json(s, text);
};
const H = { 'content-type': 'application/json', 'accept-encoding': 'gzip, deflate' };
// A: shadow, two versions that disagree always
{
  const n = `gz-shadow-${RUN}`;
  await register(n, (await model(enc(1))).url, { outputSpec: spec });
  await served(n, 1);
  const r = await register(n, (await model(enc(2))).url, {
    outputSpec: spec,
    rollout: {
      policy: POLICY(
        [{ shadow: { sample: '100%', minRequests: 20, maxDuration: '5m' } }],
        [{ metric: 'agreement', min: 0.9 }],
      ),
    },
  });
  await until('shadow', async () => (await rollout(r.rollout.id)).step?.kind === 'shadow');
  for (let i = 0; i < 60; i++) await call(`/models/${n}/x`, { headers: H });
  await sleep(3000);
  const e = (await evidence(r.rollout.id)).items.at(-1);
  // Found after 20 of them, where callers are slow: then it is over.
  const { requests, compared } = e.shadow;
  check(compared === requests && requests >= 20, 'shadow: the gzip answers of all copies were compared', {
    requests: e.shadow.requests,
    compared: e.shadow.compared,
    primaryViolations: e.primary.measures.schema_violation?.mean,
    shadowViolations: e.shadow.measures.schema_violation?.mean,
  });
  const ro = await rollout(r.rollout.id);
  check(ro.state === 'rolled_back', 'a candidate that disagrees every time is rolled back', {
    state: ro.state,
    verdicts: ro.verdicts.map((v) => `${v.gate}:${v.verdict}:${v.because}`),
  });
}
// B: canary, two versions that agree: callers assigned to the candidate get the candidate
{
  const n = `gz-canary-${RUN}`;
  await register(n, (await model(enc(1))).url, { outputSpec: spec });
  await served(n, 1);
  const b = await model(enc(1));
  const r = await register(n, b.url, {
    outputSpec: spec,
    rollout: {
      policy: POLICY(
        [{ canary: { weight: '50%', minRequests: 1000, maxDuration: '5m' } }],
        [{ metric: 'error_rate', maxIncrease: 0.05 }],
      ),
    },
  });
  await until('canary', async () => (await rollout(r.rollout.id)).step?.kind === 'canary');
  await sleep(500);
  const arms = { primary: 0, candidate: 0 };
  for (let i = 0; i < 100; i++)
    arms[
      (await call(`/models/${n}/x`, { headers: { ...H, 'x-understudy-unit': `u${i}` } })).headers[
        'x-understudy-arm'
      ]
    ]++;
  const got = b.seen.filter((s) => s.method === 'POST').length;
  check(
    arms.candidate === got && got > 0,
    'canary at 50 %: every answer that the candidate gave in gzip reaches its caller',
    { arms, candidateWasAsked: got },
  );
}
await finish();
