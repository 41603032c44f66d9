import { openDataSource, tokenStore } from '#libs/db';
import { issueToken, type Scope } from '#libs/engine';
import { freshDatabase } from './databases/database.ts';
import { startProcess, type TestProcess } from './processes.ts';

/** An answer whose shape the test states by what it expects. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>;

export interface TestApi {
  readonly url: string;
  readonly databaseUrl: string;
  readonly process: TestProcess;
  token(...scopes: Scope[]): Promise<string>;
  /** As an admin, unless `as` says otherwise (`null`: nobody). */
  call(
    method: string,
    path: string,
    body?: unknown,
    as?: string | null,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Json; headers: Headers }>;
  close(): Promise<void>;
}

/** The api as it is shipped, on a database of its own. */
export async function startApi(env: Record<string, string> = {}): Promise<TestApi> {
  const database = await freshDatabase();
  const process = await startProcess('apps/api/src/main.js', {
    API_PORT: '0',
    DATABASE_URL: database.url,
    ...env,
  });
  const url = `http://127.0.0.1:${process.port}`;
  const dataSource = await openDataSource(database.url, 2);
  const token = async (...scopes: Scope[]): Promise<string> =>
    (await issueToken(tokenStore(dataSource), { name: scopes.join('+'), scopes })).token;
  const admin = await token('admin');
  return {
    url,
    databaseUrl: database.url,
    process,
    token,
    async call(method, path, body, as = admin, headers = {}) {
      const response = await fetch(`${url}${path.startsWith('/api') ? '' : '/api/v1'}${path}`, {
        method,
        headers: {
          ...(as === null ? {} : { authorization: `Bearer ${as}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? null : JSON.parse(text),
        headers: response.headers,
      };
    },
    async close() {
      await process.kill('SIGTERM');
      await dataSource.destroy();
      await database.drop();
    },
  };
}
