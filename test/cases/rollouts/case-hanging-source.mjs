// One metric source that never answers, asked by many rollouts, must not hold up the harm of a rollout that does not ask it: the worker has few places.
import http from 'node:http';
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
  state,
  onEnd,
} from './lib.mjs';
const MANY = 24;
const silent = http.createServer((q) => q.resume());
await new Promise((ok) => silent.listen(0, '127.0.0.1', ok));
onEnd(() => {
  silent.closeAllConnections();
  silent.close();
});
const a = await server(say({ y: 1 }));
const policy = (gates, more = {}) => ({
  name: 'beside',
  steps: [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '3m' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }, ...gates],
  promoteWhen: 'notFailed',
  localTrip: false,
  ...more,
});
const asks = {
  name: 'silent',
  metric: 'http',
  url: `http://127.0.0.1:${silent.address().port}/`,
  interval: '1s',
  in: ['canary'],
};
const b = await server(say({ y: 2 }));
const m = name('harmed');
await first(m, a.url);
const many = await Promise.all(
  Array.from({ length: MANY }, async (_, i) => {
    const one = name(`asks-${i}`);
    await must('POST', `/models/${one}/versions`, {
      createModel: true,
      servingUrl: a.url,
      rollout: { policy: { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' } },
    });
    await until(`${one} has a primary`, async () => (await must('GET', `/models/${one}`)).primary !== null);
    return (await release(one, a.url, policy([asks], { consecutiveErrors: 1000 }))).rollout.id;
  }),
);
const v = await release(m, b.url, policy([]));
await until('the trial runs', async () => {
  const r = await rollout(v.rollout.id);
  return r.state === 'running' ? r : null;
});
const t = traffic(m, { rps: 60 });
await new Promise((r) => setTimeout(r, 6000));
b.behave = say({}, 500);
const since = performance.now();
const end = await until('harm is acted on', state(v.rollout.id, 'rolled_back'), 40_000, 50);
note(`after ${Math.round(performance.now() - since)} ms`);
check(
  end !== null,
  `${MANY} rollouts wait for a source that hangs, and another one is rolled back for its harm`,
);
t.stop();
for (const id of many) await must('POST', `/rollouts/${id}/abort`, { reason: 'seen' });
await finish();
