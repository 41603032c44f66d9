// A rollout is held by a freeze; it turns out to be a hot fix. Asking again with overrideFreeze must not be swallowed; nor must a retry of a hot fix forget that it is one.
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
  until,
  rollout,
  sleep,
} from './lib.mjs';
const m = name('frz');
const [a, b] = [await server(say({ v: 1 })), await server(say({ v: 2 }))];
await first(m, a.url);
const now = new Date(Date.now() - 3600e3);
const policy = {
  name: 'f',
  steps: [{ canary: { weight: '10%', minRequests: 10000, maxDuration: '1h' } }],
  gates: [{ metric: 'error_rate', maxIncrease: 0.05 }],
  freeze: [{ cron: `${now.getUTCMinutes()} ${now.getUTCHours()} * * *`, duration: '3h', reason: 'sale' }],
};
const v2 = await release(m, b.url, policy);
await sleep(3000);
note((await rollout(v2.rollout.id)).state, (await rollout(v2.rollout.id)).decision?.because);
const again = await api('POST', `/models/${m}/rollouts`, {
  version: 2,
  overrideFreeze: true,
  reason: 'hot fix for the sale itself',
  policy,
});
note(
  'asked again with overrideFreeze',
  again.status,
  'id same',
  again.json?.id === v2.rollout.id,
  'overridesFreeze',
  again.json?.overridesFreeze,
);
await sleep(4000);
const r = await rollout(again.json.id);
check(again.status >= 400 || r.overridesFreeze === true, 'the override is taken, or refused aloud', {
  status: again.status,
  overridesFreeze: r.overridesFreeze,
  state: r.state,
});
// another policy for the same version while it is live
const other = await api('POST', `/models/${m}/rollouts`, {
  version: 2,
  policy: { ...policy, name: 'other', freeze: [] },
});
check(
  other.status >= 400 || other.json?.policy?.name === 'other',
  'another policy for the same version is taken, or refused aloud',
  { status: other.status, policy: other.json?.policy?.name },
);
await must('POST', `/rollouts/${again.json.id}/abort`, { reason: 'start over' });
// a hot fix, started right, aborted, retried
const hot = await must('POST', `/models/${m}/rollouts`, {
  version: 2,
  overrideFreeze: true,
  reason: 'hot fix',
  policy,
});
await until('hot fix runs', async () => (await rollout(hot.id)).state === 'running', 15_000);
await must('POST', `/rollouts/${hot.id}/abort`, { reason: 'wrong flag' });
const re = await must('POST', `/rollouts/${hot.id}/retry`, { reason: 'again' });
await sleep(3000);
const rr = await rollout(re.id);
check(rr.overridesFreeze === true, 'a retry of a hot fix is one', {
  overridesFreeze: rr.overridesFreeze,
  state: rr.state,
  because: rr.decision?.because,
});
await must('POST', `/rollouts/${re.id}/abort`, { reason: 'end' });
await finish();
