// A candidate that never answers 30 % of requests, and callers that wait no longer than 400 ms: must not be promoted.
import { server, say, first, release, name, finish, check, note, traffic, ended, evidence } from './lib.mjs';
const m = name('giveup');
const good = say({ y: 1 }, 200, 25);
const [a, b] = [
  await server(good),
  await server((q, s, y) => (Math.random() < 0.3 ? undefined : good(q, s, y))),
];
await first(m, a.url);
const t = traffic(m, { rps: 100, make: () => ({ timeout: 400 }) });
const policy = {
  name: 'hot fix',
  steps: [{ canary: { weight: '50%', minRequests: 200, minDuration: '12s', maxDuration: '90s' } }],
  gates: [
    { metric: 'error_rate', maxIncrease: 0.01 },
    { metric: 'latency_p95', maxIncreaseRatio: 1.25 },
  ],
  promoteWhen: process.env.WHEN ?? 'proven',
};
const v2 = await release(m, b.url, policy);
const r = await ended(v2.rollout.id, 120_000);
note(r?.state, r?.decision?.because);
const [e] = await evidence(v2.rollout.id);
note(
  'candidate',
  e?.candidate.requests,
  'errors',
  e?.candidate.errors,
  'primary',
  e?.primary.requests,
  'errors',
  e?.primary.errors,
);
note('callers: answered by', t.by, t.statuses);
check(r?.state === 'rolled_back', 'the candidate that lets callers wait for ever is rolled back', r?.state);
await finish();
