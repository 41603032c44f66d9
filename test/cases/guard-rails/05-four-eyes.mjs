// Nobody approves what they had a hand in, however their name is written and whichever token they use.
import { createHmac } from 'node:crypto';
import { call, check, finish, firstPrimary, inState, model, modelServer, RUN, sleep, token } from './lib.mjs';

const server = await modelServer(() => [200, { 'content-type': 'application/json' }, '{"label":"x"}']);
const name = `four-eyes-${RUN}`;
await firstPrimary(name, server.url);
const policy = {
  name: 'fe',
  fourEyes: true,
  steps: [{ approval: {} }],
  gates: [],
  promoteWhen: 'notFailed',
  first: 'approval',
};
await call('PUT', `/models/${name}/policy`, policy);
const as = (role, owner) => token({ role, ...(owner === null ? {} : { owner }) }).catch(() => null);
const start = async (maker) =>
  (await call('POST', `/models/${name}/versions`, { servingUrl: server.url, rollout: true }, maker)).body
    .rollout?.id;

async function attempt(what, id, approver, refused = true) {
  // A token with such an owner may not even be made.
  if (approver === null) return check(true, `${what}: no such token`);
  check(await inState(id, 'awaiting_approval', 10_000), `${what}: the rollout waits`);
  const { status, body } = await call('POST', `/rollouts/${id}/approve`, { reason: 'lgtm' }, approver);
  check(refused ? status === 403 : status < 300, what, [status, body.code]);
  await call('POST', `/rollouts/${id}/abort`, { reason: 'next' });
}

const maker = await as('publisher', 'anna');
const operator = await as('operator', 'anna');
await attempt('the same token', await start(operator), operator);
for (const owner of ['anna', 'Anna', 'anna ', ' ANNA', 'ａｎｎａ', 'anna/token:x'])
  await attempt(`owner ${JSON.stringify(owner)}`, await start(maker), await as('approver', owner));
await attempt('a token without an owner', await start(maker), await as('approver', null));
await attempt(
  'two tokens without owner',
  await start(await as('publisher', null)),
  await as('approver', null),
);
await attempt('somebody else may', await start(maker), await as('approver', 'ben'), false);
await call('POST', `/models/${name}/rollback`, { version: 1, reason: 'again' });

// CI delivers anna's commit; anna approves.
const source = (await call('POST', '/webhook-sources', { name: `ci-${RUN}`, kind: 'github', models: [name] }))
  .body;
const delivery = JSON.stringify({
  repository: { id: 1, full_name: 'a/b' },
  sender: { login: 'anna' },
  branch: 'main',
  client_payload: { understudy: { model: name, servingUrl: server.url } },
});
const signature = `sha256=${createHmac('sha256', source.secret).update(delivery).digest('hex')}`;
const delivered = await call('POST', `/webhooks/github/ci-${RUN}`, delivery, null, {
  'x-github-event': 'repository_dispatch',
  'x-hub-signature-256': signature,
});
await attempt('the sender of the CI run', delivered.body.rolloutId, await as('approver', 'anna'));

const waiting = await start(operator);
await inState(waiting, 'awaiting_approval', 10_000);
for (const action of ['skip', 'promote']) {
  const { status, body } = await call('POST', `/rollouts/${waiting}/${action}`, { reason: 'x' }, operator);
  check(status >= 400, `${action} does not pass an approval`, [status, body.code]);
}
const around = await call(
  'POST',
  `/models/${name}/rollouts`,
  { version: 2, policy: { name: 'n', steps: [], gates: [], promoteWhen: 'notFailed' } },
  operator,
);
check(around.status >= 400, 'an operator’s own policy does not go around an approval', [
  around.status,
  around.body.code,
]);
await sleep(1_500);
check((await model(name)).primary === 1, 'version 1 is the primary');
await finish();
