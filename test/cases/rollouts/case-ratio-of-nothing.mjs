// "At most twice the primary's failures", and neither of them fails at all: nothing against nothing must be able to pass (or the policy be refused with the reason), not end as "not proven".
import { api, server, say, first, release, name, finish, check, note, traffic, ended } from './lib.mjs';
const m = name('ratio0');
const [a, b] = [await server(say({ y: 1 })), await server(say({ y: 1 }))];
await first(m, a.url);
traffic(m, { rps: 150 });
const policy = {
  name: 'ratio',
  steps: [{ canary: { weight: '50%', minRequests: 500, minDuration: '5s', maxDuration: '2m' } }],
  gates: [{ metric: 'error_rate', maxIncreaseRatio: 2 }],
  onUndecided: 'rollback',
};
note('validate', (await api('POST', '/policies/validate', policy)).status);
const v2 = await release(m, b.url, policy);
const r = await ended(v2.rollout.id, 140_000);
note(r?.state, r?.decision?.because);
check(r?.state === 'succeeded', 'a candidate without a single failure is promoted', r?.state);
await finish();
