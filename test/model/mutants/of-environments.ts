import { KEEPS, type Mutant, pure } from './mutant.ts';

const engine = (file: string): string => `libs/engine/src/${file}.ts`;
const kind = 'environments';

/** Environments (ADR 27): what is not proven before, now and by these bytes, is not released after. */
export const OF_ENVIRONMENTS: readonly Mutant[] = [
  {
    ...{ name: 'released-unproven', kind, undoes: 'a release is not held to the environment before' },
    ...{
      file: engine('rollouts/releasable'),
      find: 'if (!request.overrideEnvironment)\n    await assertProvenBefore(stores, model, version, request.groupId !== undefined);',
    },
    ...{ replace: 'void assertProvenBefore;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'proven-once-is-enough',
      kind,
      undoes: 'a proof that is gone meanwhile lets the rollout go on',
    },
    ...{
      file: engine('evaluation/reconcile-rollout'),
      find: 'const held = goesForward(seen) ? await heldByEnvironment(stores, model, seen.rollout) : null;',
    },
    ...{
      replace:
        'const held = goesForward(seen) && seen.now < 0 ? await heldByEnvironment(stores, model, seen.rollout) : null;',
      caughtBy: KEEPS,
    },
  },
  {
    ...{
      name: 'any-primary-will-do',
      kind,
      undoes: 'a version that bakes in the environment before is proven',
    },
    ...{
      file: engine('routing/proven-before'),
      find: "if (!proven && version === primary) return { version, standing: 'bakes' };",
    },
    ...{
      replace: "if (!proven && version === primary) return { version, standing: 'proven' };",
      caughtBy: KEEPS,
    },
  },
  {
    ...{
      name: 'older-proof-outlives',
      kind,
      undoes: 'an older proof of the same bytes outlives their later failure',
    },
    ...{ file: engine('routing/proven-before'), find: 'const [term] = terms;' },
    ...{ replace: 'const term = terms.find((one) => one.proven) ?? terms[0];', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'gone-back-is-proven',
      kind,
      undoes: 'what the environment before went back from is proven still',
    },
    ...{
      file: engine('routing/proven-before'),
      find: "if (!primaryHistory.includes(version)) return { version, standing: 'rolled_back' };",
    },
    ...{
      replace: 'void primaryHistory;',
      caughtBy: pure('libs/engine/src/routing/proven-before.test.ts', 'the model went back'),
    },
  },
  {
    ...{
      name: 'harm-takes-no-proof',
      kind,
      undoes:
        'harm in bytes that were proven before, under another number or before their promotion, leaves them proven',
    },
    ...{
      file: engine('rollouts/end-rollout'),
      find: 'await stores.models.refuteTerms(model.id, rollout.version);',
    },
    ...{ replace: 'void stores.models.refuteTerms;', caughtBy: pure('test/model/proofs.test.ts') },
  },
  {
    ...{
      name: 'coming-back-proves',
      kind,
      undoes: 'bytes in which harm was found are proven by going back to another version that has them',
    },
    ...{
      file: engine('rollouts/primary-history'),
      find: 'await stores.models.refuteTerms(model.id, model.primary);',
    },
    ...{ replace: 'void stores.models.refuteTerms;', caughtBy: pure('test/model/proofs.test.ts') },
  },
  {
    ...{
      name: 'silent-about-environment',
      kind,
      undoes: 'what waits for something else does not say that it is not proven before any more',
    },
    ...{
      file: engine('evaluation/hindrances'),
      find: 'return held && `it goes no further: ${held}`;',
    },
    ...{ replace: 'return held && null;', caughtBy: pure('test/model/why-it-waits.test.ts') },
  },
  {
    ...{ name: 'waits-past-environment', kind, undoes: 'what waited for its turn starts without its proof' },
    ...{
      file: engine('queue/queue-turn'),
      find: '(await heldByEnvironment(stores, model, queued))',
    },
    ...{ replace: '(heldByEnvironment, null)', caughtBy: KEEPS },
  },
  {
    ...{ name: 'person-walks-past-environment', kind, undoes: 'skip and promote go on without the proof' },
    ...{
      file: engine('rollouts/possible-actions'),
      find: "if (rollout.state !== 'baking') await assertNotHeld(stores, model, rollout);",
    },
    ...{ replace: 'void assertNotHeld;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'group-walks-past-environment',
      kind,
      undoes: 'a release group takes along what is not proven',
    },
    ...{ file: engine('groups/cross-together'), find: 'if (held !== null) return `waits: ${held}`;' },
    ...{ replace: 'void held;', caughtBy: KEEPS },
  },
  {
    ...{ name: 'anybody-loosens', kind, undoes: 'an operator takes away what a model comes after' },
    ...{ file: engine('settings/environments'), find: "if (isLoosened && authority !== 'admin')" },
    ...{ replace: "if (isLoosened && authority === 'read')", caughtBy: KEEPS },
  },
];
