import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';

let api: TestApi;
let db: pg.Client;
beforeAll(async () => {
  api = await startApi({ RATE_LIMIT: '0' });
  db = new pg.Client({ connectionString: api.databaseUrl });
  await db.connect();
}, 60_000);
afterAll(async () => {
  await db.end();
  await api.close();
});

const KEY = 'kZ7-planted-Key_9';
/** Everything that an administrator is shown, and what is kept for good. */
async function shownAndKept(): Promise<string> {
  const answers = ['/subscriptions', '/webhook-sources', '/audit?pageSize=100'].map((from) =>
    api.call('GET', from),
  );
  const { rows } = await db.query('SELECT type, data FROM event');
  return JSON.stringify([(await Promise.all(answers)).map(({ body }) => body), rows]);
}

it.each([
  ['https://log.example/hook?team=ml&key=$', 'https://log.example/hook?team=…&key=…'],
  ['https://discord.com/api/webhooks/114/$', 'https://discord.com/api/webhooks/…/…'],
  [
    'https://acme.webhook.office.com/webhookb2/$/incoming',
    'https://acme.webhook.office.com/webhookb2/…/incoming',
  ],
])('a subscription of %s is shown as %s, and stays when that comes back', async (at, shown) => {
  const made = await api.call('POST', '/subscriptions', {
    name: 's',
    url: at.replace('$', KEY),
    events: ['*'],
  });
  expect([made.status, made.body['url']]).toEqual([201, shown]);
  const { id } = made.body;
  const kept = async () =>
    (await db.query<{ url: string }>('SELECT url FROM subscription WHERE id = $1', [id])).rows[0]?.url;
  const before = await kept();
  const edited = await api.call('PATCH', `/subscriptions/${id}`, { name: 'renamed', url: shown });
  expect(edited.body).toMatchObject({ name: 'renamed', url: shown });
  // Sealed anew, it would be another text.
  expect(await kept()).toBe(before);
  expect((await api.call('GET', `/subscriptions/${id}`)).body['url']).toBe(shown);
  expect(await shownAndKept()).not.toContain(KEY);
  const other = await api.call('PATCH', `/subscriptions/${id}`, { url: `${shown}…` });
  expect([other.status, other.body['code']]).toEqual([422, 'url_masked']);
  const again = await api.call('POST', '/subscriptions', { name: 's', url: shown, events: ['*'] });
  expect(again.status).toBe(422);
  expect(JSON.stringify(again.body)).toContain('Write the whole URL');
  expect(await kept()).toBe(before);
  const changed = await api.call('PATCH', `/subscriptions/${id}`, { url: 'https://log.example/new' });
  expect(changed.body['url']).toBe('https://log.example/new');
});

it('the address of a webhook source’s manifest is shown and recorded without the values of its query', async () => {
  const made = await api.call('POST', '/webhook-sources', {
    ...{
      name: 'ci',
      kind: 'github',
      models: ['*'],
      events: ['workflow_run'],
      repositoryIds: [1],
      branches: ['main'],
    },
    manifest: { url: `https://git.example/raw/{{/ref}}/u.yaml?private_token=${KEY}` },
  });
  expect([made.status, made.body['manifest']]).toEqual([
    201,
    { url: 'https://git.example/raw/{{/ref}}/u.yaml?private_token=…' },
  ]);
  expect(await shownAndKept()).not.toContain(KEY);
});
