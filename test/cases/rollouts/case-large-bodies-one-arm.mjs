// Bodies over MAX_BUFFERED_BYTES (8 MiB) always go to the primary. Their (long) latencies must not be counted in the primary's arm: a candidate three times as slow would look fast.
import { clearInterval, setInterval } from 'node:timers';
import {
  server,
  first,
  release,
  name,
  finish,
  check,
  note,
  call,
  ended,
  evidence,
  traffic,
  say,
} from './lib.mjs';
const m = name('large');
const big = Buffer.alloc(8.5 * 1024 * 1024, 120);
const after = (small, large) => (q, r, body) =>
  setTimeout(() => say({ y: 1 })(q, r), body.length > 1e6 ? large : small);
const [a, b] = [await server(after(20, 400)), await server(after(60, 400))];
await first(m, a.url);
const BIG = process.env.NO_BIG ? 0 : 1;
traffic(m, { rps: 25 });
const timer = setInterval(() => BIG && void call(m, { unit: `b${Math.random()}`, body: big }), 500);
const policy = {
  name: 'l',
  steps: [{ canary: { weight: '50%', minRequests: 300, minDuration: '12s', maxDuration: '60s' } }],
  gates: [
    { metric: 'latency_p95', maxIncreaseRatio: 1.25 },
    ...(process.env.SRM ? [{ metric: 'sample_ratio' }] : []),
  ],
  onUndecided: 'pause',
};
const v2 = await release(m, b.url, policy);
const r = await ended(v2.rollout.id, 90_000);
clearInterval(timer);
const [e] = await evidence(v2.rollout.id);
note(r?.state, r?.decision?.because, JSON.stringify(r?.verdicts?.map((v) => [v.gate, v.verdict, v.because])));
note(
  'primary',
  e.primary.requests,
  e.primary.latencyMs,
  'candidate',
  e.candidate.requests,
  e.candidate.latencyMs,
);
check(
  r?.state !== 'succeeded',
  'a candidate three times as slow on the same requests is not promoted',
  r?.state,
);
await finish();
