// The metric source was away, the rollout paused for it; it is back and a person resumes: the source must be asked before it is paused again.
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
  sleep,
} from './lib.mjs';
import { prometheus } from './prom.mjs';
const m = name('silent');
const p = await prometheus(() => ({
  status: 503,
  body: { status: 'error', errorType: 'unavailable', error: 'starting' },
}));
const [a, b] = [await server(say({ y: 1 })), await server(say({ y: 1 }))];
await first(m, a.url);
traffic(m, { rps: 60 });
const policy = {
  name: 'src',
  steps: [{ canary: { weight: '50%', minRequests: 50, minDuration: '2s', maxDuration: '10m' } }],
  gates: [{ name: 'complaints', metric: 'prometheus', query: 'sum(x)', max: 5, interval: '10s' }],
  consecutiveErrors: 2,
  onUndecided: 'pause',
  onNoData: 'pause',
};
const v2 = await release(m, b.url, policy);
const r = await until('paused for the silent source', state(v2.rollout.id, 'paused'), 60_000);
note(r?.decision?.because, 'asked', p.asked.length);
p.answer = () => 0; // it is back
const askedBefore = p.asked.length;
await sleep(500);
await must('POST', `/rollouts/${v2.rollout.id}/resume`, { reason: 'Prometheus is back' });
await sleep(5000);
const after = await rollout(v2.rollout.id);
note('5 s after resume', after.state, after.decision?.because, 'asked anew', p.asked.length - askedBefore);
check(after.state !== 'paused', 'not paused again for what the source said before', after.state);
check(p.asked.length > askedBefore, 'the source was asked after the resume', p.asked.length - askedBefore);
let resumes = 1;
const end = Date.now() + 60_000;
while (Date.now() < end) {
  const x = await rollout(v2.rollout.id);
  if (x.state === 'succeeded') break;
  if (x.state === 'paused') {
    await must('POST', `/rollouts/${v2.rollout.id}/resume`, { reason: 'again' });
    resumes++;
  }
  await sleep(2000);
}
note('ended', (await rollout(v2.rollout.id)).state, 'resumes needed', resumes);
await finish();
