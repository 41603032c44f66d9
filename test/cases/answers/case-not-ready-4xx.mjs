// The Open Inference Protocol: GET /v2/health/ready answers 200 when ready and a 4xx when not (Triton: 400 while it loads). A server that says so must not get callers.
import {
  http,
  api,
  RUN,
  check,
  finish,
  call,
  sleep,
  onEnd,
  rollout,
  POLICY,
  json,
  model,
  register,
  served,
} from './lib.mjs';
const serve = (code) =>
  new Promise((r) => {
    const s = http.createServer((q, res) => {
      q.resume();
      q.on('end', () =>
        /health\/ready/.test(q.url)
          ? (res.writeHead(s.ready ? 200 : code), res.end())
          : s.ready
            ? json(res, { y: 1 })
            : json(res, { error: 'model is not ready' }, 400),
      );
    });
    s.ready = false;
    s.listen(0, '127.0.0.1', () => r(s));
    onEnd(() => {
      s.closeAllConnections();
      s.close();
    });
  });
for (const code of [400, 503]) {
  const n = `ready${code}-${RUN}`;
  await register(n, (await model((q, s) => json(s, { y: 1 }))).url);
  await served(n, 1);
  const s = await serve(code);
  const r = await api('POST', `/api/v1/models/${n}/versions`, {
    servingUrl: `http://127.0.0.1:${s.address().port}`,
    rollout: {
      policy: POLICY(
        [
          { checks: { health: 'required' } },
          { canary: { weight: '50%', minRequests: 1000, maxDuration: '5m' } },
        ],
        [{ metric: 'error_rate', maxIncrease: 0.1 }],
      ),
    },
  });
  if (r.status >= 400) {
    check(true, `ready answers ${code} (not ready): registration is refused for now`, r.json?.detail);
    continue;
  }
  await sleep(6000);
  const ro = await rollout(r.json.rollout.id);
  let bad = 0;
  for (let i = 0; i < 40; i++) if ((await call(`/models/${n}/v2/models/m/infer`)).status !== 200) bad++;
  check(
    bad === 0 && ro.step?.kind !== 'canary',
    `ready answers ${code} (not ready): no canary yet, no caller harmed`,
    { state: ro.state, step: ro.step?.kind, checks: JSON.stringify(ro.checks)?.slice(0, 200), badOf40: bad },
  );
}
await finish();
