import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApi, type Json, type TestApi } from '../support/api.ts';
import { eventually } from '../support/installation.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** Reads the stream until it is stopped. */
async function watch(token: string): Promise<{ events: Json[]; stop: () => void }> {
  const abort = new AbortController();
  const response = await fetch(`${api.url}/api/v1/stream`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const events: Json[] = [];
  void (async () => {
    let text = '';
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString('utf8');
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) events.push(JSON.parse(data) as Json);
      }
    }
  })().catch(() => undefined);
  return { events, stop: () => abort.abort() };
}

it('tells what happens, once and in order, whatever happened before', async () => {
  await api.call('POST', '/models', { name: 'before' });
  const { events, stop } = await watch(await api.token('read'));
  // It has looked for the first time.
  await new Promise((resolve) => setTimeout(resolve, 700));
  await api.call('POST', '/models', { name: 'a' });
  for (let i = 0; i < 5; i++)
    await api.call('POST', '/api/2.0/mlflow/model-versions/create', { name: 'a', source: 'runs:/1/m' });
  await eventually(
    async () => events.length,
    (count) => count >= 6,
  );
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  stop();
  expect(events.map(({ type, model, version }) => [type, model, version])).toEqual([
    ['model.created', 'a', null],
    ...[1, 2, 3, 4, 5].map((version) => ['version.registered', 'a', version]),
  ]);
});

it('tells everybody their own: of models, and of the installation', async () => {
  const bound = (await api.call('POST', '/tokens', { name: 'b', role: 'viewer', models: ['mine-*'] })).body[
    'token'
  ];
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [theirs, reader, admin] = [
    await watch(bound),
    await watch(await api.token('read')),
    await watch(await api.token('admin')),
  ];
  await new Promise((resolve) => setTimeout(resolve, 700));
  await api.call('POST', '/models', { name: 'mine-1' });
  await api.call('POST', '/models', { name: 'other' });
  await api.call('POST', '/tokens', { name: 'c', role: 'viewer' });
  const of = ({ events }: { events: Json[] }) =>
    events.map(({ type, model }) => `${String(type)} ${String(model)}`);
  await eventually(
    async () => admin.events.length,
    (count) => count >= 3,
  );
  await new Promise((resolve) => setTimeout(resolve, 600));
  for (const one of [theirs, reader, admin]) one.stop();
  expect(of(theirs)).toEqual(['model.created mine-1']);
  expect(of(reader)).toEqual(['model.created mine-1', 'model.created other']);
  expect(of(admin)).toEqual(['model.created mine-1', 'model.created other', 'token.issued null']);
});
