// A stream ends when its token does: revoked, or expired.
import { API, call, check, finish, RUN, sleep } from './lib.mjs';

for (const how of ['revoked', 'expired'])
  for (const [scope, path] of [
    ['read', '/api/v1/stream'],
    ['gateway', '/api/v1/gateway/routes'],
  ]) {
    const expiresAt = new Date(Date.now() + (how === 'expired' ? 3_000 : 3_600_000)).toISOString();
    const made = (
      await call('POST', '/tokens', { name: `${scope}-${how}-${RUN}`, scopes: [scope], expiresAt })
    ).body;
    const authorization = `Bearer ${made.token}`;
    const stop = new AbortController();
    const response = await fetch(API + path, { headers: { authorization }, signal: stop.signal });
    check(response.status === 200, `${path} opens`, response.status);
    let [bytes, ended] = [0, false];
    void (async () => {
      for await (const part of response.body) bytes += part.length;
    })()
      .catch(() => undefined)
      .finally(() => (ended = true));
    await sleep(500);
    const head = await fetch(API + path, {
      method: 'HEAD',
      headers: { authorization },
      signal: AbortSignal.timeout(5_000),
    }).catch((error) => error);
    check('status' in head, `HEAD ${path} is answered`, head.status ?? head.message);
    if (how === 'revoked') await call('DELETE', `/tokens/${made.id}`);
    await sleep(how === 'expired' ? 8_000 : 6_000);
    const before = bytes;
    await call('POST', '/models', { name: `after-${how}-${scope}-${RUN}` });
    await sleep(1_500);
    check(ended && bytes === before, `${path} has ended, its token ${how}`, [ended, bytes - before]);
    stop.abort();
  }
await finish();
