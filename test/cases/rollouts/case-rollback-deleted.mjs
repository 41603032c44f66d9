// v1, v2, v3 were primaries one after the other; v2 was deleted since. "rollback" must go back to what is there (v1), or say what to do - not 404.
import { api, server, say, first, release, name, finish, check, note, until, call, AT_ONCE } from './lib.mjs';
const m = name('gone');
const s = [await server(say({ v: 1 })), await server(say({ v: 2 })), await server(say({ v: 3 }))];
await first(m, s[0].url);
for (const i of [1, 2]) {
  await release(m, s[i].url, AT_ONCE);
  await until(`v${i + 1} serves`, async () => (await call(m)).version === i + 1, 20_000);
}
note('delete v2', (await api('DELETE', `/models/${m}/versions/2`)).status);
const r = await api('POST', `/models/${m}/rollback`, { reason: 'v3 is bad' });
note('rollback', r.status, r.json?.outcome ?? r.json?.code, r.json?.detail);
check(r.status === 200, 'rollback works', r.status);
await new Promise((x) => setTimeout(x, 1500));
const c = await call(m);
check(c.version === 1, 'v1 serves', c.version);
await finish();
