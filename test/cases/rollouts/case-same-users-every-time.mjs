// Ten users in a hundred get the candidate. The next candidate (a month later, another version) must be tried on other users, not on the very same ten again.
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
  call,
  rollout,
} from './lib.mjs';
const m = name('again');
const s = [await server(say({ v: 1 })), await server(say({ v: 2 })), await server(say({ v: 3 }))];
await first(m, s[0].url);
const units = Array.from({ length: 400 }, (_, i) => `customer-${i}`);
const chosen = [];
for (const i of [1, 2]) {
  const r = await release(m, s[i].url, {
    name: 'c',
    steps: [{ canary: { weight: '10%', minRequests: 1000000, maxDuration: '5m' } }],
    gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
  });
  await until('canary', async () => (await rollout(r.rollout.id)).step?.startedAt, 20_000);
  const got = new Set();
  for (const u of units) if ((await call(m, { unit: u })).version === i + 1) got.add(u);
  chosen.push(got);
  await must('POST', `/rollouts/${r.rollout.id}/abort`, { reason: 'it was not good' });
  await new Promise((x) => setTimeout(x, 1000));
}
const both = [...chosen[0]].filter((u) => chosen[1].has(u)).length;
note('users of v2', chosen[0].size, 'users of v3', chosen[1].size, 'the same', both);
check(
  both < 0.5 * chosen[1].size,
  'the second candidate meets (mostly) other users',
  `${both} of ${chosen[1].size} are the same`,
);
await finish();
