// A publisher's token, bound to one model, tries to get a version to primary past the model's own policy: inline, by override, by golden requests.
import { call, check, finish, firstPrimary, model, modelServer, predict, RUN, sleep, token } from './lib.mjs';

const good = await modelServer(() => [200, { 'content-type': 'application/json' }, '{"label":"good"}']);
const evil = await modelServer(() => [200, { 'content-type': 'application/json' }, '{"label":"EVIL"}']);
const name = `fraud-${RUN}`;
await firstPrimary(name, good.url, { outputSpec: { kind: 'label', path: '$.label' } });
// Frozen now, and for two hours: a freeze that never closes is refused.
const begun = new Date(Date.now() - 3_600_000);
const cron = `${begun.getUTCMinutes()} ${begun.getUTCHours()} * * *`;
const strict = {
  name: 'strict',
  fourEyes: true,
  first: 'approval',
  onNewVersion: 'refuse',
  freeze: [{ cron, duration: '3h', reason: 'frozen today' }],
  steps: [
    { checks: { golden: 'required' } },
    { shadow: { minRequests: 500, maxDuration: '30m' } },
    { approval: { approvers: 2 } },
    { canary: { weight: '1%', minRequests: 100, maxDuration: '1h' } },
    { bake: { duration: '10m' } },
  ],
  gates: [
    { metric: 'agreement', min: 0.99 },
    { metric: 'error_rate', maxIncrease: 0.01 },
  ],
};
const put = await call('PUT', `/models/${name}/policy`, strict);
check(put.status < 300, 'an admin sets the policy', put.status);
const publisher = await token({ role: 'publisher', models: [name], owner: 'mallory' });
const NOTHING = { name: 'mine', steps: [], gates: [], promoteWhen: 'notFailed' };
const spec = { outputSpec: { kind: 'label', path: '$.label' } };

const refused = async (what, method, path, body) => {
  const { status, body: answer } = await call(method, `/models/${name}${path}`, body, publisher);
  check(status === 403, `${what} is refused`, [status, answer.code, answer.detail?.slice(0, 160)]);
};
await refused('the publisher’s PUT policy', 'PUT', '/policy', NOTHING);
await refused('the publisher’s promote', 'POST', '/promote', { version: 1, reason: 'x' });
await refused('the publisher’s PUT golden', 'PUT', '/golden', { items: [] });
await refused('a version with no steps and no gates', 'POST', '/versions', {
  servingUrl: evil.url,
  ...spec,
  rollout: { policy: NOTHING },
});
await refused('a version with one gate less', 'POST', '/versions', {
  servingUrl: evil.url,
  ...spec,
  rollout: { policy: { ...strict, gates: strict.gates.slice(1) } },
});
await refused('a version without the freeze', 'POST', '/versions', {
  servingUrl: evil.url,
  ...spec,
  rollout: { policy: { ...strict, freeze: [] } },
});
const later = await call(
  'POST',
  `/models/${name}/versions`,
  { servingUrl: evil.url, ...spec, rollout: false },
  publisher,
);
check(later.status === 201, 'the publisher may register a version', later.status);
const { version } = later.body;
await refused('a rollout by an easier policy', 'POST', '/rollouts', { version, policy: NOTHING });
await refused('a rollout that overrides the freeze', 'POST', '/rollouts', {
  version,
  overrideFreeze: true,
  reason: 'hot fix',
});
const manifest = await call(
  'POST',
  '/manifests',
  { model: name, servingUrl: evil.url, ...spec, rollout: { policy: NOTHING } },
  publisher,
);
check(manifest.status === 403, 'a manifest with an easier policy is refused', [
  manifest.status,
  manifest.body.code,
]);
await sleep(2_000);
check((await model(name)).primary === 1, 'version 1 is the primary');
check((await predict(name)).text === '{"label":"good"}', 'callers get its answer');
await finish();
