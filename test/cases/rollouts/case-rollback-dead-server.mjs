// The version before was scaled down a week ago. A rollback must not send every caller to nobody and call it done.
import { api, server, say, first, release, name, finish, check, note, until, call, AT_ONCE } from './lib.mjs';
const m = name('dead');
const s = [await server(say({ v: 1 })), await server(say({ v: 2 }))];
await first(m, s[0].url);
await release(m, s[1].url, AT_ONCE);
await until(`v2 serves`, async () => (await call(m)).version === 2, 20_000);
await s[0].close(); // nobody needs it any more
const r = await api('POST', `/models/${m}/rollback`, { reason: 'v2 looks odd' });
note('rollback', r.status, r.json?.outcome, r.json?.detail);
await new Promise((x) => setTimeout(x, 2500));
const calls = await Promise.all(Array.from({ length: 20 }, () => call(m)));
const ok = calls.filter((c) => c.status === 200).length;
check(ok === 20, 'callers are still served', `${ok} of 20 (${calls[0].status})`);
check(
  r.status !== 200 ||
    !/is the primary now/.test(r.json?.outcome ?? '') ||
    /answer|reach|respond/.test(r.json?.outcome),
  'the answer says that nobody answers there',
  r.json?.outcome,
);
await finish();
