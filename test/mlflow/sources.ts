import { execFile } from 'node:child_process';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { startApi, type Json } from '../support/api.ts';

const TOKEN = 'planted-token-of-the-tracking-server';

interface Logged {
  readonly cases: readonly { readonly source: string; readonly digest: string }[];
  readonly logged: readonly { readonly model: string; readonly digest: string }[];
  readonly run: string;
}

/** MLflow's server as teams have it: behind something that asks for a token. */
async function guarded(tracking: string): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer((from, to) => {
    if (from.headers.authorization !== `Bearer ${TOKEN}`)
      return void to.writeHead(401).end(`no access for ${from.headers.authorization}`);
    const { headers, method = 'GET' } = from;
    const onward = ask(
      tracking + (from.url ?? ''),
      { method, headers: { ...headers, host: new URL(tracking).host } },
      (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      },
    );
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** What MLflow's own server holds is read by every name that its clients give it, and stays what it was. */
export async function playSources(
  python: string,
  tracking: string,
  home: string,
  say: (line: string) => void,
): Promise<{ readonly total: number; readonly failed: number }> {
  const guard = await guarded(tracking);
  const api = await startApi({ MLFLOW_TRACKING_URI: guard.url, MLFLOW_TRACKING_TOKEN: TOKEN });
  const stranger = await startApi({ MLFLOW_TRACKING_URI: guard.url, MLFLOW_TRACKING_TOKEN: `${TOKEN}-2` });
  let [total, failed] = [0, 0];
  const step = async (name: string, play: () => Promise<void>): Promise<void> => {
    total++;
    await play().catch((error: unknown) => {
      failed++;
      say(`✕ ${name}\n    ${String(error)}`);
    });
  };
  const register = async (source: string, at = api): Promise<Json> => {
    await at.call('POST', '/api/2.0/mlflow/registered-models/create', { name: 'held' });
    const { body, status } = await at.call('POST', '/api/2.0/mlflow/model-versions/create', {
      name: 'held',
      source,
    });
    return { ...body, status };
  };
  const artifactOf = async ({ model_version: made, ...said }: Json): Promise<Json> => {
    if (!made) throw new Error(`refused: ${JSON.stringify(said)}`);
    return (await api.call('GET', `/models/held/versions/${made.version}`)).body['artifact'] ?? {};
  };
  const same = (found: unknown, expected: unknown): void => {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`found ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`);
  };
  try {
    const { stdout } = await promisify(execFile)(
      python,
      [path.resolve('test/mlflow/log_sources.py'), tracking, home],
      {
        cwd: home,
        env: { PATH: process.env['PATH'], HOME: home },
      },
    );
    const { cases, logged, run } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Logged;
    for (const { source, digest } of cases)
      await step(`${source} is read`, async () => {
        const made = await register(source);
        same([(await artifactOf(made))['digest'], made['model_version']?.source], [digest, source]);
      });
    const call = (name: string, body: Json) =>
      fetch(`${tracking}/api/2.0/mlflow/registered-models/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await step('what moves in their registry is what it was when it was registered', async () => {
      const [first, second] = logged;
      const before = await register('models:/theirs@champion');
      same(before['model_version']?.source, first?.model);
      await call('alias', { name: 'theirs', alias: 'champion', version: '2' });
      same(await artifactOf(before), { uri: first?.model, digest: first?.digest });
      for (const source of ['models:/theirs@champion', 'models:/theirs/latest', 'models:/theirs/2'])
        same(await artifactOf(await register(source)), { uri: second?.model, digest: second?.digest });
    });
    for (const source of [
      `runs:/${run}/nothing`,
      'runs:/0123/x',
      'models:/m-0123',
      'models:/theirs@none',
      'models:/none/1',
    ])
      await step(`${source}, which is not there, is refused`, async () => {
        const { status, error_code: code, message } = await register(source);
        same([status, code], [400, 'INVALID_PARAMETER_VALUE']);
        if (!/cannot be read \(the tracking server/.test(message)) throw new Error(message);
      });
    await step('whoever has another token is told so, and no token is said', async () => {
      const { message } = await register(`runs:/${run}/files`, stranger);
      if (!message.includes('answers 401')) throw new Error(message);
      for (const text of [message, stranger.process.output(), api.process.output()])
        if (text.includes(TOKEN)) throw new Error(`said: ${text}`);
    });
  } finally {
    await Promise.all([api.close(), stranger.close()]);
    guard.stop();
  }
  return { total, failed };
}
