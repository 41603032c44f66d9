// A freeze "from the Friday evening before the clocks change, for whole days" in a zone whose clocks have gone back since: it must end at the same time of day as it began (as people mean it), not an hour early.
// Finds by itself a zone with a clock change in the last 29 days; says N/A when there is none.
import { must, server, say, first, release, name, finish, check, note, rollout, sleep } from './lib.mjs';
const offset = (zone, at) => {
  const p = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(at)
      .map((x) => [x.type, x.value]),
  );
  return (
    Math.round((Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - at.getTime()) / 60000) *
    60000
  );
};
const now = Date.now(),
  DAY = 86400e3;
const zone = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Sydney',
  'America/Santiago',
  'Africa/Cairo',
].find((z) => offset(z, new Date(now)) !== offset(z, new Date(now - 29 * DAY)));
if (!zone) {
  console.log('N/A: no clock change in the last 29 days');
  process.exit(0);
}
// begins 29 days ago at 18:00 local; lasts 30 days; so people expect it to end tomorrow or today at 18:00 local
const day = new Date(now - 29 * DAY + offset(zone, new Date(now - 29 * DAY)));
const cron = `0 18 ${day.getUTCDate()} ${day.getUTCMonth() + 1} *`;
const m = name('dst');
const [a, b] = [await server(say({ v: 1 })), await server(say({ v: 2 }))];
await first(m, a.url);
const v2 = await release(m, b.url, {
  name: 'f',
  steps: [{ canary: { weight: '10%', minRequests: 10, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
  freeze: [{ cron, duration: '30d', timeZone: zone, reason: 'year end' }],
});
await sleep(3500);
const because = (await rollout(v2.rollout.id)).decision?.because ?? '';
const until = /until (\S+)/.exec(because)?.[1];
const local =
  until &&
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(
    new Date(until),
  );
note(zone, cron, '30d', because, 'local', local);
check(local?.endsWith('18:00'), 'thirty days after 18:00 it is 18:00', local);
await must('POST', `/rollouts/${v2.rollout.id}/abort`, { reason: 'end' });
await finish();
