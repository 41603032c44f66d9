// A token that is bound to one model reads others through lineage and feedback gates, and holds back their rollouts.
import {
  call,
  check,
  finish,
  firstPrimary,
  JSON_TYPE,
  model,
  modelServer,
  RUN,
  token,
  waitFor,
} from './lib.mjs';

const server = await modelServer(() => [200, JSON_TYPE, '{"label":"x"}']);
const [victim, third, own] = [`victim-${RUN}`, `third-${RUN}`, `own-${RUN}`];
await firstPrimary(victim, server.url, {
  source: { commit: 'deadbeefSECRET', repository: 'acme/secret-repo' },
  dataset: { uri: 's3://payroll/SECRET.parquet' },
});
await firstPrimary(third, server.url, {
  upstreams: [{ model: victim, version: 1 }],
  source: { commit: 'THIRDSECRET' },
});
const bound = await token({ role: 'publisher', models: [own] });
const operator = await token({ role: 'operator', models: [own] });
const made = await call(
  'POST',
  `/models/${own}/versions`,
  { createModel: true, servingUrl: server.url, rollout: false, upstreams: [{ model: victim, version: 1 }] },
  bound,
);
check([201, 403].includes(made.status), 'a foreign upstream is taken or refused', made.status);
const lineage = await call(
  'GET',
  `/models/${own}/versions/1/lineage?depth=20&direction=upstream`,
  undefined,
  bound,
);
check(
  !lineage.text.includes('SECRET') && !lineage.text.includes('secret-repo'),
  'lineage shows nothing foreign',
  lineage.status,
);

// A rollout of theirs that waits for an approval must not hold the victim's.
if (made.status === 201) {
  const waiting = {
    name: 'w',
    steps: [{ approval: {} }],
    gates: [],
    promoteWhen: 'notFailed',
    first: 'approval',
  };
  await call('PUT', `/models/${own}/policy`, waiting);
  const mine = await call('POST', `/models/${own}/rollouts`, { version: 1 }, operator);
  check(mine.status < 300, 'their rollout starts', [mine.status, mine.body.code]);
}
await call('POST', `/models/${victim}/versions`, {
  servingUrl: server.url,
  rollout: { policy: { name: 'q', steps: [{ checks: {} }], gates: [], promoteWhen: 'notFailed' } },
});
const moved = await waitFor(async () => (await model(victim)).primary === 2, 15_000);
check(moved, 'the victim’s rollout is not held');

const gate = { metric: 'feedback.click', model: victim, maxDecrease: 0.1 };
const reading = await call(
  'PUT',
  `/models/${own}/policy`,
  { name: 'f', steps: [{ canary: { weight: '1%', minRequests: 10, maxDuration: '1h' } }], gates: [gate] },
  operator,
);
check(reading.status === 403, 'a gate on foreign feedback is refused', [reading.status, reading.body.code]);

const renamed = await call(
  'POST',
  `/api/2.0/mlflow/registered-models/rename?name=${own}&new_name=${third}-2`,
  { name: own, new_name: `${own}-2` },
  bound,
);
const foreign = await call('GET', `/models/${third}-2`);
check(
  renamed.status >= 400 && foreign.status === 404,
  'a foreign new_name in the query is refused',
  renamed.status,
);
await finish();
