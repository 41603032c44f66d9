// Subscribers that hang, each for several models, must not hold back the alarms of one that answers.
import http from 'node:http';
import { clearInterval, setInterval } from 'node:timers';
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
  onEnd,
} from './lib.mjs';
const listen = async (answer) => {
  const s = http.createServer(answer);
  await new Promise((ok) => s.listen(0, '127.0.0.1', ok));
  onEnd(() => {
    s.closeAllConnections();
    s.close();
  });
  return `http://127.0.0.1:${s.address().port}/`;
};
const came = new Map();
const well = await listen((q, r) => {
  let body = '';
  q.on('data', (d) => (body += d));
  q.on('end', () => {
    came.set(JSON.parse(body).type, performance.now());
    r.writeHead(204).end();
  });
});
const hangs = await listen((q) => q.resume());
const dawdles = await listen((_q, r) => {
  r.writeHead(200);
  const t = setInterval(() => r.write('x'), 100);
  r.on('close', () => clearInterval(t));
});
const a = await server(say({ y: 1 }));
const base = name('told');
for (const [i, url] of [hangs, dawdles, hangs].entries()) {
  const { id } = await must('POST', '/subscriptions', {
    name: `${base}-slow-${i}`,
    url,
    events: ['rollout.*'],
    models: [`${base}*`],
  });
  onEnd(() => must('DELETE', `/subscriptions/${id}`));
}
await Promise.all(
  Array.from({ length: 12 }, (_, i) =>
    must('POST', `/models/${base}-${i}/versions`, {
      createModel: true,
      servingUrl: a.url,
      rollout: { policy: { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' } },
    }),
  ),
);
const m = `${base}-alarm`;
const { id } = await must('POST', '/subscriptions', {
  name: `${base}-well`,
  url: well,
  events: ['rollout.*'],
  models: [m],
});
onEnd(() => must('DELETE', `/subscriptions/${id}`));
await first(m, a.url);
const v = await release(m, a.url, {
  name: 'w',
  steps: [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '3m' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
  promoteWhen: 'notFailed',
});
await until('the trial runs', async () => ((await rollout(v.rollout.id)).state === 'running' ? true : null));
const since = performance.now();
await must('POST', `/rollouts/${v.rollout.id}/pause`, { reason: 'look at this' });
const at = await until(
  'the alarm comes',
  async () => came.get('io.understudy.rollout.paused') ?? null,
  20_000,
  50,
);
note(`after ${Math.round((at ?? Infinity) - since)} ms`);
check(at !== null && at - since < 5_000, 'the alarm comes within 5 s, while others hang');
await must('POST', `/rollouts/${v.rollout.id}/abort`, { reason: 'seen' });
await finish();
