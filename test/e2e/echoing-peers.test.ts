import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { files, tables } from '../support/written.ts';

/*
 * Everything that the installation asks answers with an error that repeats the request: its URL, its headers (the authorization too) and its
 * body. Nothing of that may be kept or said with a secret in it, in any form.
 */
const random = (): string => `pl&nt/${randomBytes(18).toString('base64')}`;
const PLANTED = {
  prometheus: random(),
  judge: random(),
  collector: random(),
  serving: random(),
  subscriber: random(),
  oidc: random(),
};

let site: Installation;
let peer: TestModelServer;
const heard = new Set<string>();
/** What was exported as spans: bodies only. */
const spans: string[] = [];
beforeAll(async () => {
  peer = await startModelServer((request, body, response) => {
    const url = request.url ?? '';
    const said = JSON.stringify({ url, headers: request.headers });
    for (const [what, secret] of Object.entries(PLANTED))
      if (formsOf(secret).some((form) => said.includes(form))) heard.add(what);
    if (url.startsWith('/v1/traces')) spans.push(body);
    if (url.startsWith('/good') || url.includes('/health/')) return json(response, { label: 'dog' });
    const echo = { url, headers: request.headers, body };
    response
      .writeHead(url.startsWith('/gone') ? 404 : 500, { 'x-echo': encodeURIComponent(url) })
      .end(JSON.stringify({ error: echo, status: 'error', text: `${url} ${JSON.stringify(echo)}` }));
  });
  site = await startInstallation({
    ...{ LOG_LEVEL: 'trace', ACCESS_LOG: 'json', OUTBOUND_ALLOW: '127.0.0.0/8' },
    PROMETHEUS_URL: peer.url.replace('//', `//us:${encodeURIComponent(PLANTED.prometheus)}@`) + '/prom',
    ...{ JUDGE_URL: `${peer.url}/judge`, JUDGE_MODEL: 'm', JUDGE_API_KEY: PLANTED.judge },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: peer.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${PLANTED.collector}`)}`,
    ...{ OIDC_ISSUER: `${peer.url}/gone`, OIDC_CLIENT_ID: 'us', OIDC_ROLES: '*=viewer' },
    OIDC_CLIENT_SECRET: PLANTED.oidc,
  });
});
afterAll(async () => {
  await site.close();
  await peer.stop();
});

const formsOf = (secret: string): readonly string[] => [
  ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
  ...['us:', ''].map((user) =>
    Buffer.from(`${user}${secret}`).toString('base64').replace(/=+$/, '').slice(0, -1),
  ),
];

it('no secret comes back out of what a peer repeats', async () => {
  const answers: string[] = [];
  const call: typeof site.api.call = async (...args) => {
    const answer = await site.api.call(...args);
    answers.push(JSON.stringify(answer.body));
    return answer;
  };
  await site.api.call('POST', '/subscriptions', {
    ...{ name: 's', events: ['*'], url: `${peer.url}/hook?token=${encodeURIComponent(PLANTED.subscriber)}` },
  });
  await call('GET', '/auth/login', undefined, null);
  const register = (servingUrl: string, rollout: unknown) =>
    site.api.call('POST', '/models/m/versions', { servingUrl, createModel: true, rollout });
  await register(`${peer.url}/good`, true);
  await eventually(
    () => site.api.call('GET', '/models/m'),
    ({ body }) => body['primary'] === 1,
  );
  const { body } = await register(`${peer.url}/bad?code=${encodeURIComponent(PLANTED.serving)}`, {
    policy: {
      ...{ name: 'p', promoteWhen: 'notFailed', consecutiveErrors: 2, localTrip: false },
      steps: [{ canary: { weight: '50%', minRequests: 1_000, maxDuration: '10m' } }],
      gates: [{ name: 'complaints', metric: 'prometheus', query: 'up', max: 1, interval: '1s' }],
    },
  });
  const id = String(body['rollout']['id']);
  await eventually(
    async () => {
      for (let i = 0; i < 10; i++)
        await fetch(`${site.gatewayUrl}/models/m/predict`, { method: 'POST', body: '{}' }).then((a) =>
          a.text(),
        );
      return (await call('GET', `/rollouts/${id}`)).body;
    },
    ({ state }) => state === 'paused',
  );
  await call('GET', `/rollouts/${id}/events`);
  const subscriptions = (await site.api.call('GET', '/subscriptions')).body['items'];
  await eventually(
    () => call('GET', `/subscriptions/${subscriptions[0].id}/deliveries`),
    (answer) => JSON.stringify(answer.body).includes('500'),
  );
  await eventually(
    () => Promise.resolve(spans.length),
    (many) => many > 0,
  );
  answers.push(await fetch(`${site.adminUrl()}/metrics`).then((answer) => answer.text()));
  for (const path of ['/audit?pageSize=200', '/models/m/route', '/auth/me'])
    if (path !== '/models/m/route') await call('GET', path);

  const kept = await tables(site.api.databaseUrl);
  const written = new Map<string, string>([
    ['answers', answers.join('\n')],
    ['spans', spans.join('\n')],
    ...[site.api.process, site.worker, site.gateway].map((one, i): [string, string] => [
      `the output of ${['api', 'worker', 'gateway'][i] ?? ''}`,
      one.output(),
    ]),
    ...kept,
    ...(await files(site.home)),
  ]);
  // All of these were sent, and something was kept of each refusal.
  expect([...heard].sort()).toEqual(['collector', 'prometheus', 'serving', 'subscriber']);
  expect(written.get('public.event')).toContain('[redacted]');
  /** Where a serving URL is kept to be called. */
  const isPlace = (where: string): boolean =>
    /^public\.(version|route|model_route|route_revision|deployment|idempotency)$|routes/.test(where);
  const found = Object.entries(PLANTED).flatMap(([what, secret]) =>
    [...written]
      .filter(([where]) => what !== 'serving' || !isPlace(where))
      .filter(([, text]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([where]) => `${what} is in ${where}`),
  );
  expect(found).toEqual([]);
});
