import { KEEPS, type Mutant, pure } from './mutant.ts';

const JUDGES = pure('libs/engine/src/outages/judge-primary.test.ts');
const STATE = pure('apps/gateway/src/health/primary-state.test.ts');
const judge = 'libs/engine/src/outages/judge-primary.ts';
const state = 'apps/gateway/src/health/primary-state.ts';

/** Primaries that answer nobody: after a switch (the second look), and at any time (ADR 28). */
export const OF_PRIMARIES: readonly Mutant[] = [
  {
    ...{
      name: 'bake-ends-in-an-outage',
      kind: 11,
      undoes: 'a bake ends well while every caller of its version gets an error',
    },
    ...{
      file: 'libs/engine/src/evaluation/look.ts',
      find: "if (state !== 'baking' || decision.kind !== 'advance')",
    },
    ...{
      replace: "if (state !== 'pending' || decision.kind !== 'advance')",
      caughtBy: pure('test/integration/rollout-engine.test.ts', 'answers nobody'),
    },
  },
  {
    ...{
      name: 'failed-bake-is-proven',
      kind: 11,
      undoes: 'a bake in which a gate has failed makes its version a proven one',
    },
    ...{
      file: 'libs/rollout/src/decide/decide-bake.ts',
      find: 'const failed = isByHand ? null : whatFailed(verdicts);',
    },
    ...{
      replace: 'const failed = null as string | null;',
      caughtBy: pure('libs/rollout/src/decide/bake-hold-back.test.ts', 'proves nothing'),
    },
  },
  {
    ...{
      name: 'undone-move-forgets',
      kind: 6,
      undoes: 'a model that returned from a server that had died has lost what it could go back to',
    },
    ...{
      file: 'libs/engine/src/primary/look-after.ts',
      find: 'if (target === before.primary && before.history && moved.primary === target)',
    },
    ...{
      replace: 'if (target === before.primary && before.history && moved.primary !== target)',
      caughtBy: pure('test/model/switch-callers.test.ts', 'a move that is undone'),
    },
  },
  {
    ...{
      name: 'another-program-is-alive',
      kind: 6,
      undoes:
        'a rollback goes to whatever program has taken the port of the version before, where it answers 404',
    },
    ...{
      file: 'libs/traffic/src/answers/readiness.ts',
      find: "if (kind === 'told' && isUnknown) return lost(",
    },
    ...{ replace: "if (kind === 'told' && path === '' && isUnknown) return lost(", caughtBy: KEEPS },
  },
  {
    ...{
      name: 'another-replica-is-alive',
      kind: 6,
      undoes:
        'a gateway takes another program at the address of a replica for the replica, where it answers 404',
    },
    ...{ file: 'apps/gateway/src/health/probe-paths.ts', find: 'if (next === undefined && known?.path)' },
    ...{
      replace: "if (next === undefined && known?.path?.path === '')",
      caughtBy: pure('apps/gateway/src/health/probe-paths.test.ts', 'is another one'),
    },
  },
  {
    ...{
      name: 'outage-is-told-again',
      kind: 'primaries',
      undoes: 'one outage is announced at each turn of the watch',
    },
    ...{ file: judge, find: 'const announces = !isAnnounced && isOutForAll' },
    ...{ replace: 'const announces = isOutForAll', caughtBy: JUDGES },
  },
  {
    ...{
      name: 'one-gateway-speaks-for-all',
      kind: 'primaries',
      undoes: 'a gateway that is cut off declares a primary dead that answers elsewhere',
    },
    ...{ file: judge, find: 'const isOutForAll = !isAnswering || isOutByProbes;' },
    ...{ replace: 'const isOutForAll = !isAnswering || !isOutByProbes;', caughtBy: JUDGES },
  },
  {
    ...{
      name: 'silence-ends-an-outage',
      kind: 'primaries',
      undoes: 'an outage is over when no gateway is heard of',
    },
    ...{ file: judge, find: 'if (alive.length > 0 && lasts(QUIET_MS, quietSince, now))' },
    ...{ replace: 'if (lasts(QUIET_MS, quietSince, now))', caughtBy: JUDGES },
  },
  {
    ...{
      name: 'health-path-outweighs-callers',
      kind: 'primaries',
      undoes: 'a health path that says no makes an outage of a primary that answers its callers',
    },
    ...{ file: judge, find: 'return probes.since === null || probes.since > answeredAt;' },
    ...{ replace: 'return probes.since === null || answeredAt < Infinity;', caughtBy: JUDGES },
  },
  {
    ...{
      name: 'outage-without-end',
      kind: 'primaries',
      undoes: 'a primary that answers its callers again stays out',
    },
    ...{ file: judge, find: 'if (answeredAt > known.since) return over(' },
    ...{ replace: 'if (answeredAt === Infinity) return over(', caughtBy: JUDGES },
  },
  {
    ...{ name: 'one-failure-is-an-outage', kind: 'primaries', undoes: 'a blip is told as an outage' },
    ...{ file: state, find: 'const UNREACHABLE = { failures: 3, overMs: 5_000 } as const;' },
    ...{ replace: 'const UNREACHABLE = { failures: 1, overMs: 0 } as const;', caughtBy: STATE },
  },
  {
    ...{
      name: 'knock-is-an-answer',
      kind: 'primaries',
      undoes: 'a health path that answers ends an outage in which every caller fails',
    },
    ...{ file: state, find: 'if (met.status < 500 && isUnreachable(state.unanswered)) return WELL;' },
    ...{ replace: 'if (met.status < 500) return WELL;', caughtBy: STATE },
  },
];

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
    ...{ file: 'libs/engine/src/primary/move-primary.ts', find: 'if (isAdminsWord(live))\n' },
    ...{ replace: "if (live.state === 'aborted')\n", caughtBy: KEEPS },
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
