// v2 bakes, and is bad in a way the bake would find; v3 is released meanwhile and supersedes. v2 was never proven: v1 must be what v3 is compared with (and what comes back), not v2.
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
  until,
  rollout,
  state,
  traffic,
  sleep,
} from './lib.mjs';
const m = name('unbaked');
const s = [await server(say({ v: 1 })), await server(say({ v: 2 })), await server(say({ v: 3 }))];
await first(m, s[0].url);
const t = traffic(m, { rps: 100 });
const policy = {
  name: 'b',
  steps: [
    { canary: { weight: '50%', minRequests: 100, minDuration: '2s', maxDuration: '1m' } },
    { bake: { duration: '60s' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
  promoteWhen: 'notFailed',
};
const v2 = await release(m, s[1].url, policy);
await until('v2 bakes', state(v2.rollout.id, 'baking'), 40_000);
// v3 arrives while v2 bakes
const v3 = await release(m, s[2].url, {
  ...policy,
  steps: [{ canary: { weight: '10%', minRequests: 100000, minDuration: '2s', maxDuration: '60s' } }],
});
await until('v3 canary', async () => (await rollout(v3.rollout.id)).state === 'running', 20_000);
note('v2', (await rollout(v2.rollout.id)).state, 'v3 from', (await rollout(v3.rollout.id)).from);
// now v2, whose bake was cut short, starts to fail 30 %: nobody watches it any more
s[1].behave = (q, r) => (Math.random() < 0.3 ? say({ e: 1 }, 500)(q, r) : say({ v: 2 })(q, r));
await sleep(12000);
const x = await rollout(v3.rollout.id);
const mm = await must('GET', `/models/${m}`);
note('primary', mm.primary, 'v3', x.state, x.decision?.because);
const before = t.failed,
  n = t.n;
await sleep(3000);
note('callers failing now', `${t.failed - before} of ${t.n - n}`);
check(
  mm.primary === 1 || (await rollout(v2.rollout.id)).state === 'rolled_back',
  'harm of the version that was in bake is still acted on',
  { primary: mm.primary },
);
await finish();
