// Needs an installation started with PROMETHEUS_URL=http://user:secret@127.0.0.1:7591 (as managed Prometheus services ask for). The gate must be asked with these credentials; or the start must refuse the setting.
import { server, say, first, release, name, finish, check, note, until, rollout, traffic } from './lib.mjs';
import { prometheus } from './prom.mjs';
const p = await prometheus(() => 0);
const m = name('promauth');
const [a, b] = [await server(say({ v: 1 })), await server(say({ v: 2 }))];
await first(m, a.url);
traffic(m, { rps: 30 });
const v2 = await release(m, b.url, {
  name: 's',
  steps: [{ canary: { weight: '50%', minRequests: 20, maxDuration: '1m' } }],
  gates: [{ name: 'c', metric: 'prometheus', query: 'sum(x)', max: 5, interval: '1s' }],
  consecutiveErrors: 3,
});
const r = await until(
  'ended',
  async () => {
    const x = await rollout(v2.rollout.id);
    return ['paused', 'succeeded', 'rolled_back'].includes(x.state) ? x : null;
  },
  40_000,
);
note(r?.state, r?.decision?.because, 'authorization that arrived', p.asked[0]?.headers.authorization);
check(
  p.asked[0]?.headers.authorization?.startsWith('Basic '),
  'Prometheus is asked with the credentials of its URL',
  p.asked.length,
);
await finish();
