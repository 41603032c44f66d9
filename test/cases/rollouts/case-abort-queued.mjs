// Aborting a rollout that only waits in the queue must not touch the one that runs.
import {
  must,
  server,
  say,
  first,
  release,
  name,
  finish,
  check,
  note,
  traffic,
  until,
  rollout,
} from './lib.mjs';
const m = name('queue');
const [a, b, c] = [await server(say({ y: 1 })), await server(say({ y: 1 })), await server(say({ y: 1 }))];
await first(m, a.url);
const t = traffic(m, { rps: 80 });
const policy = {
  name: 'q',
  steps: [{ canary: { weight: '50%', minRequests: 100000, minDuration: '1s', maxDuration: '40s' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
  promoteWhen: 'notFailed',
  onNewVersion: 'queue',
  onUndecided: 'pause',
  onNoData: 'pause',
};
const v2 = await release(m, b.url, policy);
await until('v2 gets traffic', () => t.by[2] > 20, 20_000);
const v3 = await release(m, c.url, policy);
note('v3 queued:', (await rollout(v3.rollout.id)).queued);
await must('POST', `/rollouts/${v3.rollout.id}/abort`, { reason: 'not needed any more' });
await new Promise((r) => setTimeout(r, 3000));
const before = { ...t.by };
await new Promise((r) => setTimeout(r, 4000));
const got = { v1: t.by[1] - before[1], v2: (t.by[2] ?? 0) - (before[2] ?? 0) };
note('in 4 s after the abort', got, 'v2 rollout:', (await rollout(v2.rollout.id)).state);
check((await rollout(v2.rollout.id)).state === 'running', 'the running rollout of v2 is still running');
check(got.v2 > 0.3 * got.v1, 'v2 keeps its 50 % of the callers', got);
await finish();
