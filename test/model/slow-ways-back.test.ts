import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goBack, promoteAtOnce, recordDeployment, reconcileRollout, type ServingProbe } from '#libs/engine';
import { DomainError } from '#libs/kernel';
import { unreachable } from '#libs/traffic';
import { deployed, reconcilePorts, register } from '../support/builders.ts';
import { artifactBy } from './commands/on-their-way.ts';
import { MemoryDatabase } from '../support/memory/memory-stores.ts';

/* A model whose earlier versions answer, are silent, or are not deployed any more, in whatever order: where does a rollback go? */

const WAYS = ['answers', 'silent', 'down'] as const;
const WORD = { reason: 'incident', actor: 'ann' };
const urlOf = (version: number): string => `http://127.0.0.1:${version}`;

/** Versions 1 … n as they stand now, and n + 1, which serves. */
async function scene(ways: readonly (typeof WAYS)[number][]) {
  const db = new MemoryDatabase();
  let isLater = false;
  const serving: ServingProbe = {
    probe: async ({ url }) =>
      isLater && ways[Number(new URL(url).port) - 1] === 'silent'
        ? unreachable('nobody listens')
        : { state: 'ready', because: 'it answers 200' },
  };
  for (let version = 1; version <= ways.length + 1; version++) {
    const isDown = ways[version - 1] === 'down';
    await register(db.uow, 'm', {
      ...(isDown ? { artifact: artifactBy(version), servingUrl: null } : { servingUrl: urlOf(version) }),
      rollout: false,
    });
    const modelId = db.state.models.get('m')?.id ?? '';
    const told = { modelId, version, message: '' };
    if (isDown) await recordDeployment(db.uow, 'm', { ...told, state: 'ready', url: urlOf(version) });
    await promoteAtOnce({ uow: db.uow, serving }, 'm', version, WORD);
  }
  const modelId = db.state.models.get('m')?.id ?? '';
  for (const [i, way] of ways.entries())
    if (way === 'down')
      await recordDeployment(db.uow, 'm', {
        modelId,
        version: i + 1,
        state: 'retired',
        url: null,
        message: '',
      });
  isLater = true;
  await db.advance(60_000);
  return { db, ports: { uow: db.uow, serving } };
}

// Mutant: `way-back-is-slow`.
it('goes to the newest proven version that answers; to one that has to be deployed where none does, and says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...WAYS), { minLength: 1, maxLength: 5 }), async (ways) => {
      const { db, ports } = await scene(ways);
      const answering = ways.lastIndexOf('answers') + 1;
      const down = ways.lastIndexOf('down') + 1;
      const said = await goBack(ports, 'm', null, WORD).catch((error: unknown) => error);
      const model = db.state.models.get('m');
      if (answering > 0) {
        expect([said instanceof DomainError, model?.primary]).toEqual([false, answering]);
      } else if (down > 0) {
        expect(said).toMatchObject({
          primary: ways.length + 1,
          rollout: { version: down, intent: 'rollback' },
        });
        expect(said).toMatchObject({ outcome: expect.stringContaining(`version ${down} is being deployed`) });
      } else expect(said).toMatchObject({ code: 'nobody_answers' });
    }),
  );
});

it('knows a rollback of a moment ago, whatever a program has registered since', async () => {
  const { db, ports } = await scene(['answers', 'answers']);
  await goBack(ports, 'm', null, WORD);
  for (let i = 0; i < 130; i++) await register(db.uow, 'm', { servingUrl: urlOf(9), rollout: false });
  const again = await goBack(ports, 'm', null, { ...WORD, actor: 'ben' });
  expect([again.primary, again.outcome]).toEqual([2, expect.stringContaining('the model went back already')]);
});

it('what is released while an admin waits for a version to be deployed gives way to what is released after it', async () => {
  const { db, ports } = await scene(['down', 'silent']);
  await goBack(ports, 'm', 1, WORD);
  const policy = { name: 'p', promoteWhen: 'notFailed', steps: [{ approval: { approvers: 1 } }], gates: [] };
  await register(db.uow, 'm', { servingUrl: urlOf(9), rollout: { policy } });
  await register(db.uow, 'm', { servingUrl: urlOf(9), rollout: { policy } });
  const of = (version: number) => [...db.state.rollouts.values()].findLast((one) => one.version === version);
  expect([of(1)?.state, of(4)?.state, of(5)?.state, of(5)?.queued]).toEqual([
    ...['pending', 'superseded', 'pending', true],
  ]);
});

it('a promotion that waits for its deployment, said again with what was seen before it, is a repeat', async () => {
  const { db, ports } = await scene(['down', 'answers']);
  const policy = {
    name: 'p',
    promoteWhen: 'notFailed',
    steps: [{ shadow: { sample: '100%', minRequests: 9, maxDuration: '1h' } }],
    gates: [],
  };
  const candidate = await register(db.uow, 'm', { servingUrl: urlOf(9), rollout: { policy } });
  await deployed(db.uow, candidate);
  await reconcileRollout(reconcilePorts(db.uow), candidate.rollout?.id ?? '');
  const revision = db.state.routes.at(-1)?.revision ?? 0;
  const first = await promoteAtOnce(ports, 'm', 1, { ...WORD, revision });
  expect(db.state.routes.at(-1)?.revision).toBeGreaterThan(revision);
  const again = await promoteAtOnce(ports, 'm', 1, { ...WORD, revision });
  expect([again.rollout?.id, again.outcome]).toEqual([first.rollout?.id, first.outcome]);
});
