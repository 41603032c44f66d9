// A model server that redirects (a missing slash, say): the caller must be able to follow it through the gateway.
import { model, register, served, call, finish, RUN, check, json, GATEWAY } from './lib.mjs';
for (const kind of ['absolute', 'path']) {
  const n = `redir-${kind}-${RUN}`;
  const m = await model((q, s) => {
    if (q.url === '/predict')
      return s
        .writeHead(307, {
          location: kind === 'absolute' ? `http://${q.headers.host}/predict/` : '/predict/',
          'content-length': 0,
        })
        .end();
    json(s, { path: q.url });
  });
  await register(n, m.url);
  await served(n, 1);
  const a = await call(`/models/${n}/predict`);
  const to = new URL(a.headers.location, `${GATEWAY}/models/${n}/predict`).href;
  const b = await fetch(to, { method: 'POST', body: '{}' }).then(
    async (r) => ({ status: r.status, version: r.headers.get('x-understudy-version') }),
    (e) => ({ status: 0, error: e.message }),
  );
  check(
    b.status === 200 && b.version === '1',
    `307 with ${kind} Location: following it stays on the gateway`,
    { location: a.headers.location, followed: to, ...b },
  );
}
await finish();
