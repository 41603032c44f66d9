// How fast can somebody without a token make the record grow that is never deleted from?
import http from 'node:http';
import { API, call, check, finish, sleep } from './lib.mjs';

const sequence = async () =>
  (await call('GET', '/audit/verify')).body.heads.find(({ model }) => model === '')?.sequence ?? 0;
const before = Number(await sequence());
const agent = new http.Agent({ keepAlive: true, maxSockets: 40 });
let sent = 0;
const one = () =>
  new Promise((resolve) => {
    sent++;
    const path = `/api/v1/models/${encodeURIComponent('é'.repeat(200))}${sent}`;
    const request = http.get(`${API}${path}`, { agent }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', resolve);
  });
const seconds = 6;
for (const until = Date.now() + seconds * 1_000; Date.now() < until; await sleep(120))
  await Promise.all(Array.from({ length: 60 }, one));
await sleep(1_500);
const grown = Number(await sequence()) - before;
agent.destroy();
check(grown <= 30, `${sent} requests in ${seconds} s append at most 30 events`, grown);
const bytes = JSON.stringify((await call('GET', '/audit?pageSize=1')).body.items[0] ?? {}).length;
check(bytes < 4_000, 'an event is small', bytes);
await finish();
