import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApi, type TestApi } from '../support/api.ts';
import { startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';
import { startProcess, type TestProcess } from '../support/processes.ts';

let api: TestApi;
let second: TestProcess;
let server: TestModelServer;
beforeAll(async () => {
  api = await startApi();
  second = await startProcess('apps/api/src/main.js', { API_PORT: '0', DATABASE_URL: api.databaseUrl });
  server = await startModelServer((_request, _body, response) => response.end('{}'));
});
afterAll(async () => {
  await second.kill('SIGTERM');
  await api.close();
  await server.stop();
});

/** A generator of the same numbers for the same seed, so that a failure can be played again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it('renames, deletions, registrations, aliases and lineage at once, in two processes, leave no orphan', async () => {
  const token = await api.token('publish', 'operate');
  const next = numbers(7);
  const nameOf = () => `race ${next(5)}`;
  const bases = [api.url, `http://127.0.0.1:${second.port}`];
  const call = async (method: string, path: string, body?: unknown): Promise<number> => {
    const answer = await fetch(`${bases[next(2)] ?? ''}/api/v1/models/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status >= 500)
      throw new Error(`${method} ${path}: ${answer.status} ${api.process.stderr()} ${second.stderr()}`);
    await answer.text();
    return answer.status;
  };
  const model = () => encodeURIComponent(nameOf());
  const register = (more: object) =>
    call('POST', `${model()}/versions`, { servingUrl: server.url, createModel: true, ...more });
  const moves: readonly (() => Promise<number>)[] = [
    () => register({}),
    () => register({}),
    () => register({ upstreams: [{ model: nameOf(), version: 1 + next(4) }] }),
    () =>
      register({
        upstreams: [
          { model: nameOf(), version: 1 },
          { model: nameOf(), version: 2 },
        ],
      }),
    () => call('PATCH', model(), { name: nameOf() }),
    () => call('DELETE', model()),
    () => call('DELETE', `${model()}/versions/${1 + next(4)}`),
    () => call('PUT', `${model()}/aliases/champion`, { version: 1 + next(4) }),
    () => call('PATCH', `${model()}/versions/${1 + next(4)}`, { tags: { a: String(next(9)) } }),
    () =>
      call('POST', `${model()}/versions/${1 + next(4)}/metrics`, { metrics: { auc: 0.5 }, step: next(9) }),
  ];
  const seen = new Map<number, number>();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let i = 0; i < 60; i++) {
        const status = await (moves[next(moves.length)] ?? register)({} as never);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }),
  );
  // Most of it happened, and some of it was in each other's way.
  expect((seen.get(201) ?? 0) + (seen.get(200) ?? 0) + (seen.get(204) ?? 0)).toBeGreaterThan(200);
  expect([...seen.keys()].sort()).toEqual(expect.arrayContaining([200, 201, 204, 404]));

  const client = new pg.Client({ connectionString: api.databaseUrl });
  await client.connect();
  const rows = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
  try {
    const orphans = {
      aliases: `SELECT * FROM alias a JOIN version v USING (model_id, version) JOIN model m ON m.id = v.model_id
                WHERE v.deleted_at IS NOT NULL OR m.deleted_at IS NOT NULL`,
      versionsOfDeletedModels: `SELECT * FROM version v JOIN model m ON m.id = v.model_id
                WHERE m.deleted_at IS NOT NULL AND v.deleted_at IS NULL`,
      gapsInNumbers: `SELECT m.id FROM model m LEFT JOIN version v ON v.model_id = m.id GROUP BY m.id
                HAVING count(v.version) <> m.next_version - 1 OR coalesce(max(v.version), 0) <> m.next_version - 1`,
      edgesThatVersionsDoNotName: `SELECT * FROM version_upstream e JOIN version v USING (model_id, version)
                JOIN model u ON u.id = e.upstream_model_id
                WHERE u.deleted_at IS NULL AND NOT v.upstreams @> jsonb_build_array(jsonb_build_object('model', u.name, 'version', e.upstream_version))`,
      namesWithoutEdges: `SELECT v.* FROM version v WHERE jsonb_array_length(v.upstreams) > 0
                AND NOT EXISTS (SELECT 1 FROM version_upstream e WHERE e.model_id = v.model_id AND e.version = v.version)`,
      versionsWithoutTheirEvent: `SELECT v.* FROM version v WHERE NOT EXISTS (SELECT 1 FROM event e
                WHERE e.model_id = v.model_id AND e.type = 'version.registered' AND (e.data ->> 'version')::int = v.version)`,
    };
    for (const [what, sql] of Object.entries(orphans)) expect([what, await rows(sql)]).toEqual([what, []]);
  } finally {
    await client.end();
  }
  expect((await api.call('GET', '/audit/verify')).body).toMatchObject({ intact: true });
});
