// Two people on call see the same alarm and both press "rollback" (or a client repeats the call after a time-out): the model must go back once.
import { api, server, say, first, release, name, finish, check, note, until, call, AT_ONCE } from './lib.mjs';
const m = name('twice');
const s = [await server(say({ v: 1 })), await server(say({ v: 2 })), await server(say({ v: 3 }))];
await first(m, s[0].url);
for (const i of [1, 2]) {
  await release(m, s[i].url, AT_ONCE);
  await until(`v${i + 1} serves`, async () => (await call(m)).version === i + 1, 20_000);
}
const both = await Promise.all([
  api('POST', `/models/${m}/rollback`, { reason: 'alarm 17' }),
  api('POST', `/models/${m}/rollback`, { reason: 'alarm 17' }),
]);
note(
  'answers',
  both.map((r) => [r.status, r.json?.outcome ?? r.json?.code]),
);
await new Promise((x) => setTimeout(x, 1500));
const c = await call(m);
check(c.version === 2, 'the version before serves (2), not the one before that', c.version);
// the same with a candidate in traffic
const m2 = name('twicecanary');
await first(m2, s[0].url);
await release(m2, s[1].url, AT_ONCE);
await until('v2', async () => (await call(m2)).version === 2, 20_000);
await release(m2, s[2].url, {
  name: 'c',
  steps: [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '2m' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
});
await until('canary', async () => (await call(m2, { unit: `${Math.random()}` })).version === 3, 20_000);
const two = [
  await api('POST', `/models/${m2}/rollback`, { reason: 'alarm 18' }),
  await api('POST', `/models/${m2}/rollback`, { reason: 'alarm 18' }),
];
note(
  'answers',
  two.map((r) => [r.status, r.json?.outcome ?? r.json?.code]),
);
await new Promise((x) => setTimeout(x, 1500));
const c2 = await call(m2);
check(c2.version === 2, 'the candidate is off, and the primary (2) serves on', c2.version);
await finish();
