import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DomainError, keepSecret } from '#libs/kernel';
import { problemText } from '../../apps/api/src/http/problems/problem.ts';
import { freshUnitOfWork } from '../support/databases/database.ts';
import { deployed, reconcilePorts, register, SMALL_POLICY } from '../support/builders.ts';
import { reconcileRollout, recordDeployment } from '#libs/engine';
import { tables } from '../support/written.ts';

/* Each place that keeps or says a text of others is asked to keep a secret: none does. */
const SECRET = 'pl&nt/in-every place+of=it';
const said = `503: {"authorization":"Basic ${Buffer.from(`us:${SECRET}`).toString('base64')}"} ${SECRET} ${encodeURIComponent(SECRET)}`;
const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  Buffer.from(`us:${SECRET}`).toString('base64').slice(4, -4),
];

let db: Awaited<ReturnType<typeof freshUnitOfWork>>;
beforeAll(async () => {
  db = await freshUnitOfWork();
  keepSecret(SECRET);
});
afterAll(() => db.close());

it('no event, deployment, decision or reading keeps it', async () => {
  const first = await register(db.uow, 'm');
  await deployed(db.uow, first);
  await reconcileRollout(reconcilePorts(db.uow), first.rollout!.id);
  const { rollout, version } = await register(db.uow, 'm', { rollout: { policy: SMALL_POLICY } });
  await recordDeployment(db.uow, 'm', {
    ...{ modelId: version.modelId, version: 2, state: 'failed', url: 'http://127.0.0.1:9', message: said },
  });
  await db.uow.run((stores) =>
    stores.events.appendToInstallation({ type: 'x', actor: 'engine', data: { b: { c: said } } }),
  );
  await db.uow.run(async (stores) => {
    const { id, modelId } = rollout!;
    const now = await stores.now();
    await stores.events.append({
      modelId,
      rolloutId: id,
      type: 'rollout.waits',
      actor: 'engine',
      data: { a: [said] },
    });
    const found = (await stores.rollouts.find(id))!;
    const decision = { kind: 'hold' as const, because: said, at: now, revision: found.revision };
    await stores.rollouts.note(id, found.revision, { verdicts: [], decision });
    await stores.rollouts.noteAll([{ id, revision: found.revision, verdicts: [], decision }]);
    await stores.sources.claimDue(id, 0, { gates: ['g'], hurried: [] }, 1_000);
    await stores.sources.save(id, 0, 'g', { because: said } as never, 1_000);
  });
  const written = await tables(db.url);
  expect(written.map(([, text]) => text).join()).toContain('[redacted]');
  expect(
    written.filter(([, text]) => FORMS.some((form) => text.includes(form))).map(([where]) => where),
  ).toEqual([]);
});

it('no answer says it', () => {
  const errors = [{ pointer: '/x', detail: said }];
  for (const error of [
    new DomainError('conflict', 'c', said, errors),
    Object.assign(new Error(said), { statusCode: 400 }),
  ])
    for (const form of FORMS)
      expect(problemText(error, `/x/${encodeURIComponent(SECRET)}`)).not.toContain(form);
});

it.each([
  ['a boot that fails', 'runProcess("t", async () => { throw new Error(said) })'],
  [
    'an error that nobody catches',
    'runProcess("t", async () => { setTimeout(() => { throw new Error(said) }); return { shutdown: async () => {} } })',
  ],
  [
    'a rejection that nobody catches',
    'runProcess("t", async () => { void Promise.reject(new Error(said)); return { shutdown: async () => {} } })',
  ],
])('%s says it on no standard error', async (_what, how) => {
  const script = `
    import { runProcess } from ${JSON.stringify(path.resolve('dist/libs/observe/src/run-process.js'))};
    import { loadProcessConfig } from ${JSON.stringify(path.resolve('dist/libs/config/src/index.js'))};
    loadProcessConfig();
    const said = ${JSON.stringify(said)};
    ${how};`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...process.env,
      OIDC_CLIENT_SECRET: SECRET,
      OIDC_ISSUER: 'https://x.example',
      OIDC_CLIENT_ID: 'c',
      OIDC_ROLES: '*=viewer',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += String(part)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, output]).toEqual([1, expect.stringContaining('503')]);
  for (const form of FORMS) expect(output).not.toContain(form);
});
