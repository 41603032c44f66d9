// What a source says may be no text that a database keeps, and no number. Harm that it speaks of is acted on all the same, and nothing of it is a pass.
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
  traffic,
  until,
  rollout,
  onEnd,
} from './lib.mjs';
const says = {
  'a verdict with NUL in its reason': ['fail', '{"verdict":"fail","because":"5xx\\u0000 too many"}'],
  'a verdict with half a pair': ['fail', '{"verdict":"fail","because":"\\ud83d of callers"}'],
  'a verdict with a value of NaN': ['fail', '{"verdict":"fail","value":NaN}'],
  'a verdict with a page of reasons': [
    'fail',
    JSON.stringify({ verdict: 'fail', because: 'no '.repeat(3000) }),
  ],
  'a page with NUL': ['pause', 'starting\u0000', 503],
};
const s = http.createServer((q, r) => {
  const [, text, status] = says[decodeURIComponent(q.url.split('?')[0].slice(1))] ?? [];
  r.writeHead(status ?? 200, { 'content-type': 'application/json' }).end(text);
});
await new Promise((ok) => s.listen(0, '127.0.0.1', ok));
onEnd(() => s.close());
const [a, b] = [await server(say({ y: 1 })), await server(say({ y: 2 }))];
await Promise.all(
  Object.entries(says).map(async ([what, [then]]) => {
    const m = name(`odd-${Object.keys(says).indexOf(what)}`);
    await first(m, a.url);
    const v = await release(m, b.url, {
      name: 'odd',
      steps: [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '2m' } }],
      gates: [
        {
          name: 'judge',
          metric: 'http',
          url: `http://127.0.0.1:${s.address().port}/${encodeURIComponent(what)}`,
          interval: '1s',
          in: ['canary'],
        },
        { metric: 'error_rate', maxIncrease: 0.5 },
      ],
      promoteWhen: 'notFailed',
      consecutiveErrors: 3,
    });
    const t = traffic(m, { rps: 10 });
    const want = then === 'fail' ? 'rolled_back' : 'paused';
    const end = await until(`${what}: ${want}`, async () => {
      const r = await rollout(v.rollout.id);
      return r.state === want ? r : null;
    });
    t.stop();
    check(
      end !== null,
      `${what}: ${want}`,
      (end ?? (await rollout(v.rollout.id))).decision?.because?.slice(0, 120),
    );
    if (want === 'paused') await must('POST', `/rollouts/${v.rollout.id}/abort`, { reason: 'seen' });
  }),
);
await finish();
