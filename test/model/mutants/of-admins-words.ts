import { KEEPS, type Mutant, pure } from './mutant.ts';

/** What an admin has said, and takes a while: its version is deployed first. */
export const OF_ADMINS_WORDS: readonly Mutant[] = [
  {
    ...{
      name: 'word-again-undoes',
      kind: 2,
      undoes:
        'a rollback that is said again while its version is deployed is called off, and the bad primary stays',
    },
    ...{
      file: 'libs/engine/src/primary/move-primary.ts',
      find: 'if (live !== null && isOnItsWayBack(live, version))',
    },
    ...{ replace: "if (live?.state === 'aborted')", caughtBy: KEEPS },
  },
  {
    ...{
      name: 'promotion-again-undoes',
      kind: 2,
      undoes: 'a word for a version that is being deployed begins its deployment anew',
    },
    ...{ file: 'libs/engine/src/primary/move-primary.ts', find: 'if (isAdminsWord(live)) return' },
    ...{ replace: "if (live.state === 'aborted') return", caughtBy: KEEPS },
  },
  {
    ...{
      name: 'release-undoes-word',
      kind: 1,
      undoes: "a release calls off an admin's way back whose version is being deployed",
    },
    ...{ file: 'libs/engine/src/rollouts/start-rollout.ts', find: '  !isAdminsWord(live) &&\n' },
    ...{ replace: '', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'dated-undoes-word',
      kind: 1,
      undoes: "a release whose date has come calls off an admin's promotion whose version is being deployed",
    },
    ...{ file: 'libs/engine/src/queue/queue-turn.ts', find: ' && !isAdminsWord(live)' },
    ...{ replace: '', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'engines-way-back-is-none',
      kind: 2,
      undoes:
        'a rollback that is said again a moment after the engine has carried it out goes one version further',
    },
    ...{
      file: 'libs/engine/src/evaluation/promote-candidate.ts',
      find: "...(rollout.intent === 'rollback' && { intent: rollout.intent }),",
    },
    ...{ replace: '', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'unbegun-is-a-way-back',
      kind: 2,
      undoes: 'a rollback is swallowed since a version that never had traffic was ended a moment before',
    },
    ...{ file: 'libs/engine/src/rollouts/repeated-command.ts', find: " && data['was'] !== 'pending'" },
    ...{ replace: '', caughtBy: pure('libs/engine/src/rollouts/repeated-command.test.ts') },
  },
  {
    ...{
      name: 'way-back-is-slow',
      kind: 6,
      undoes:
        'a rollback waits for the deployment of one version while an older one, as well proven, answers',
    },
    ...{
      file: 'libs/engine/src/primary/way-to.ts',
      find: 'address !== null && probes.isUp({ version, ...address })',
    },
    ...{
      replace: 'address === null || probes.isUp({ version, ...address })',
      caughtBy: pure('test/model/slow-ways-back.test.ts'),
    },
  },
];
