// A signature is over the bytes that are parsed, whatever their content type says.
import { createHmac } from 'node:crypto';
import { call, check, finish, modelServer, RUN } from './lib.mjs';

const server = await modelServer(() => [200, {}, '{}']);
const github = (await call('POST', '/webhook-sources', { name: `gh-${RUN}`, kind: 'github', models: ['*'] }))
  .body;
const standard = (
  await call('POST', '/webhook-sources', { name: `st-${RUN}`, kind: 'standard', models: ['*'] })
).body;
const delivery = (name) =>
  JSON.stringify({
    repository: { id: 1, full_name: 'a/b' },
    client_payload: { understudy: { model: name, servingUrl: server.url, rollout: false } },
  });
const hub = (bytes) => `sha256=${createHmac('sha256', github.secret).update(bytes).digest('hex')}`;
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'application/yaml',
  'text/yaml',
  'application/x-yaml',
  'text/plain',
  'application/octet-stream',
  'application/cloudevents+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
];
const deliver = (body, type, signature) =>
  call('POST', `/webhooks/github/gh-${RUN}`, body, null, {
    'content-type': type,
    'x-github-event': 'repository_dispatch',
    'x-hub-signature-256': signature,
  });
for (const type of types) {
  const { status, body } = await deliver(delivery(`unsigned-${RUN}`), type, hub(''));
  check(status === 401 || status === 415, `GitHub, ${type}, a signature of nothing`, [status, body.code]);
}
const form = new URLSearchParams({ payload: delivery(`form-${RUN}`) }).toString();
const asForm = await deliver(form, 'application/x-www-form-urlencoded', hub(form));
const there = await call('GET', `/models/form-${RUN}`);
check(
  asForm.status === 415 || (asForm.status < 300 && there.status === 200),
  'a form that is signed rightly is taken, or 415',
  [asForm.status, asForm.body.code, there.status],
);
const right = await deliver(delivery(`json-${RUN}`), 'application/json', hub(delivery(`json-${RUN}`)));
check(right.status < 300, 'JSON that is signed rightly is taken', right.status);

const key = Buffer.from(standard.secret.replace('whsec_', ''), 'base64');
const at = String(Math.floor(Date.now() / 1000));
for (const type of types) {
  const data = {
    type: 'version.registered',
    data: { model: `unsigned2-${RUN}`, servingUrl: server.url, rollout: false },
  };
  const { status, body } = await call('POST', `/webhooks/standard/st-${RUN}`, JSON.stringify(data), null, {
    'content-type': type,
    'webhook-id': `m-${type}`,
    'webhook-timestamp': at,
    'webhook-signature': `v1,${createHmac('sha256', key).update(`m-${type}.${at}.`).digest('base64')}`,
  });
  check(status === 401 || status === 415, `standard, ${type}, a signature of nothing`, [status, body.code]);
}
for (const name of [`unsigned-${RUN}`, `unsigned2-${RUN}`])
  check((await call('GET', `/models/${name}`)).status === 404, `${name} was not made`);
await finish();
