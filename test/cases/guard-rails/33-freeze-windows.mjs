// Freeze windows that open every minute for a month: a decision costs next to nothing, and other models go on.
import {
  API,
  call,
  check,
  finish,
  firstPrimary,
  model,
  modelServer,
  release,
  RUN,
  sleep,
  token,
  waitFor,
  WAIT,
} from './lib.mjs';

const server = await modelServer(() => [200, {}, '{"label":"a"}']);
const name = `freeze-${RUN}`;
await firstPrimary(name, server.url);
// In the months around this one: a freeze that never closes is refused.
const month = new Date().getUTCMonth();
const months = [-2, -1, 0, 1, 2].map((near) => ((month + near + 12) % 12) + 1).join();
const freeze = Array.from({ length: 20 }, () => ({ cron: `* * * ${months} *`, duration: '31d' }));
const id = await release(name, server.url, WAIT);
await sleep(2_500);
const viewer = await token({ role: 'viewer', models: [name] });
const replay = call('POST', `/rollouts/${id}/replay`, { policy: { ...WAIT, freeze } }, viewer);
await sleep(50);
const asked = performance.now();
await fetch(`${API}/healthz`);
const blocked = performance.now() - asked;
const { status } = await replay;
check(status === 200 && blocked < 1_500, 'a replay does not block the api', [status, Math.round(blocked)]);
await call('POST', `/rollouts/${id}/abort`, { reason: 'next' });

// The worker: a rollout by that policy; then another model's first version.
const frozen = await call('POST', `/models/${name}/versions`, {
  servingUrl: server.url,
  rollout: { policy: { ...WAIT, freeze } },
});
check(frozen.status === 201, 'the policy is taken', [frozen.status, frozen.body.code]);
await sleep(1_000);
const other = `beside-${RUN}`;
await call('POST', `/models/${other}/versions`, { createModel: true, servingUrl: server.url, rollout: true });
check(
  await waitFor(async () => (await model(other)).primary === 1, 15_000),
  'another model’s rollout goes on',
);
await finish();
