// A gate's source has never answered (wrong query, Prometheus down): promoteWhen notFailed must not promote on it in silence.
import { server, say, first, release, name, finish, check, note, traffic, ended } from './lib.mjs';
import { prometheus } from './prom.mjs';
const m = name('never');
const [a, b] = [await server(say({ y: 1 })), await server(say({ y: 1 }))];
await first(m, a.url);
const p = await prometheus(() => ({ status: 503, body: 'no' }));
traffic(m, { rps: 80 });
const policy = {
  name: 'src',
  steps: [
    { canary: { weight: '50%', minRequests: 100, minDuration: '5s', maxDuration: '1m' } },
    { bake: { duration: '5s' } },
  ],
  gates: [{ name: 'complaints', metric: 'prometheus', query: 'sum(complaints)', max: 5, interval: '2s' }],
  promoteWhen: 'notFailed',
  onUndecided: 'pause',
  onNoData: 'pause',
};
const v2 = await release(m, b.url, policy);
const r = await ended(v2.rollout.id, 60_000);
note(
  r?.state,
  r?.decision?.because,
  JSON.stringify(r?.verdicts?.map((v) => [v.gate, v.verdict, v.because])),
  'asked',
  p.asked.length,
);
check(r?.state !== 'succeeded', 'not promoted: the only gate never had an answer', r?.state);
await finish();
