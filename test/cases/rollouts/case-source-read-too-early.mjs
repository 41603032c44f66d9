// The only reading of a metric source was made before the candidate had served anything: it must not count as the proof for the step.
import { server, say, first, release, name, finish, check, note, traffic, ended, events } from './lib.mjs';
import { prometheus } from './prom.mjs';
const m = name('early');
const [a, b] = [await server(say({ y: 1 })), await server(say({ y: 1 }))];
await first(m, a.url);
// Complaints of the candidate: none until it has served 20 requests; 50 after.
const p = await prometheus(() => (b.seen >= 20 ? 50 : 0));
traffic(m, { rps: 80 });
const policy = {
  name: 'src',
  steps: [{ canary: { weight: '50%', minRequests: 200, minDuration: '8s', maxDuration: '2m' } }],
  gates: [
    { name: 'complaints', metric: 'prometheus', query: 'sum(complaints{version="{{version}}"})', max: 5 },
  ],
  onUndecided: 'rollback',
  onNoData: 'pause',
};
const v2 = await release(m, b.url, policy);
const r = await ended(v2.rollout.id, 60_000);
const started = (await events(v2.rollout.id)).find((e) => e.type === 'rollout.step_started');
note(
  'asked',
  p.asked.map((x) => new Date(x.at).toISOString()),
  'step started',
  started?.at,
  'ended',
  r?.endedAt,
);
note(r?.state, r?.decision?.because, 'candidate had served', b.seen);
check(r?.state === 'rolled_back', 'rolled back: the metric is bad from the 20th request on', r?.state);
await finish();
