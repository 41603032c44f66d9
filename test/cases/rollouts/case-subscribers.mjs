// Two subscribers; the first is down, or refuses one message (400: too large for it). The second must get everything, and the first must get the alarm (rolled back) without waiting two days for the message that it does not like. One alarm for one rollback.
import {
  must,
  api,
  server,
  say,
  first,
  release,
  name,
  finish,
  check,
  note,
  traffic,
  http,
  onEnd,
  ended,
} from './lib.mjs';
const listen = async (answer) => {
  const got = [];
  const s = http.createServer((q, r) => {
    // The port may have been that of a model server of another case, which is still probed.
    if (q.method !== 'POST') return void r.writeHead(404).end();
    let b = '';
    q.on('data', (d) => (b += d));
    q.on('end', () => {
      const e = JSON.parse(b);
      got.push(e);
      r.statusCode = answer(e);
      r.end();
    });
  });
  await new Promise((x) => s.listen(0, '127.0.0.1', x));
  onEnd(() => {
    s.closeAllConnections();
    s.close();
  });
  return { got, url: `http://127.0.0.1:${s.address().port}/hook` };
};
const picky = await listen((e) => (e.type.endsWith('rollout.created') ? 400 : 204));
const down = await listen(() => 503);
const good = await listen(() => 204);
const m = name('subs');
const subs = [];
for (const [n, l] of [
  ['down', down],
  ['picky', picky],
  ['good', good],
])
  subs.push(
    (
      await must('POST', '/subscriptions', {
        name: `${n}-${m}`,
        url: l.url,
        events: ['rollout.*'],
        models: [m],
      })
    ).id,
  );
const [a, b] = [await server(say({ v: 1 })), await server(say({ e: 1 }, 500))];
await first(m, a.url);
traffic(m, { rps: 60 });
const v2 = await release(m, b.url, {
  name: 'c',
  steps: [{ canary: { weight: '50%', minRequests: 100000, maxDuration: '5m' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
});
const r = await ended(v2.rollout.id, 40_000);
note(r?.state, r?.decision?.because);
await new Promise((x) => setTimeout(x, 25_000));
const types = (l) => l.got.map((e) => e.type.replace('io.understudy.', ''));
note('good', types(good));
note('picky', types(picky));
note('down', types(down).length);
check(
  types(good).filter((x) => x === 'rollout.rolled_back').length === 1,
  'the healthy subscriber gets one alarm for one rollback',
  types(good).filter((x) => x === 'rollout.rolled_back').length,
);
check(
  types(picky).includes('rollout.rolled_back'),
  'a subscriber that refuses one message for good (400) gets the alarm within 25 s',
  [...new Set(types(picky))],
);
for (const id of subs) await api('DELETE', `/subscriptions/${id}`);
await finish();
