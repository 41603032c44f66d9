// What callers and model servers of one model say never costs another model its evidence.
import {
  call,
  CANARY,
  check,
  finish,
  firstPrimary,
  GW,
  JSON_TYPE,
  modelServer,
  predict,
  release,
  RUN,
  sleep,
  underWay,
  waitFor,
} from './lib.mjs';

const lost = async () => {
  const text = await (await fetch(`${GW}/metrics`)).text();
  return Number(/evidence_lost_requests_total (\d+)/.exec(text)?.[1]);
};
const label = (text) => async () => [200, JSON_TYPE, text];
const shadow = (more = {}) => ({
  name: 'p',
  steps: [{ shadow: { minRequests: 100_000, maxDuration: '1h' } }],
  gates: [{ metric: 'agreement', min: 0.5, ...more }],
});
const outputSpec = { kind: 'label', path: '$.label' };
const sound = await modelServer(label('{"label":"a"}'));
const victim = `victim-${RUN}`;
await firstPrimary(victim, sound.url, { outputSpec });
const watched = await release(victim, sound.url, shadow(), { outputSpec });
await underWay(watched);
const seen = async (id) =>
  (await call('GET', `/rollouts/${id}/evidence`)).body.items.reduce(
    (sum, item) => sum + item.shadow.requests,
    0,
  );

const bySegment = { segments: { path: '$.c' } };
const cases = {
  'nothing odd': { answer: '{"label":"b"}' },
  'an empty label': { answer: '{"label":""}' },
  'a label with NUL': { answer: '{"label":"x\\u0000y"}' },
  'half a surrogate': { answer: '{"label":"\\ud800"}' },
  'the label __proto__': { answer: '{"label":"__proto__"}' },
  'an emoji at the cut': { answer: JSON.stringify({ label: `${'x'.repeat(59)}😀` }) },
  'a number that is none': { answer: '{"label":1e999}' },
  'a segment with NUL': { body: '{"c":"\\u0000"}', gate: bySegment, answer: '{"label":"a"}' },
  'a segment of half a surrogate': { body: '{"c":"\\udfff"}', gate: bySegment, answer: '{"label":"a"}' },
  'the segment __proto__': { body: '{"c":"__proto__"}', gate: bySegment, answer: '{"label":"a"}' },
  'a request with a NUL byte': { body: 'PNG\0\0data', answer: '{"label":"b"}' },
  'an answer of a NUL byte': { answer: '\0' },
};
for (const [index, [what, { answer, body = '{}', gate }]] of Object.entries(cases).entries()) {
  const name = `attacker-${RUN}-${index}`;
  const candidate = await modelServer(label(answer));
  await firstPrimary(name, sound.url, { outputSpec });
  const attack = await release(name, candidate.url, shadow(gate), { outputSpec });
  await underWay(attack);
  const [lostBefore, seenBefore] = [await lost(), await seen(watched)];
  for (let i = 0; i < 50; i++) {
    if (i === 25) await predict(name, '/x', { body });
    await predict(victim);
  }
  const all = await waitFor(async () => (await seen(watched)) - seenBefore === 50, 8_000);
  check(all, `${what}: the victim’s evidence is all there`, (await seen(watched)) - seenBefore);
  check((await lost()) === lostBefore, `${what}: nothing is lost`, (await lost()) - lostBefore);
  await call('POST', `/rollouts/${attack}/abort`, { reason: 'next' });
}

// A candidate that fails half its requests is taken off while poison flows to another model.
const half = `half-${RUN}`;
let n = 0;
const failing = await modelServer(async () =>
  n++ % 2 ? [500, JSON_TYPE, '{}'] : [200, JSON_TYPE, '{"label":"a"}'],
);
await firstPrimary(half, sound.url);
const doomed = await release(half, failing.url, CANARY('50%', { localTrip: false }));
const poison = `attacker-${RUN}-poison`;
const poisoned = await modelServer(label('{"label":"\\u0000\\ud800"}'));
await firstPrimary(poison, sound.url, { outputSpec });
await underWay(await release(poison, poisoned.url, shadow(), { outputSpec }));
await underWay(doomed);
const off = await waitFor(async () => {
  await Promise.all([predict(poison), ...Array.from({ length: 10 }, () => predict(half))]);
  return (await call('GET', `/rollouts/${doomed}`)).body.state === 'rolled_back';
}, 30_000);
check(off, 'a candidate that fails half its requests is rolled back meanwhile');
await sleep(0);
await finish();
