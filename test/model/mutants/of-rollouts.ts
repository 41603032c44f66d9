import { ENDS, KEEPS, type Mutant, pure } from './mutant.ts';

const engine = (file: string): string => `libs/engine/src/${file}.ts`;
const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;
const SWITCH = 'test/model/switch-callers.test.ts';

/** Kinds 1, 2 and 6, and what of 8 and 9 the engine decides. */
export const OF_ROLLOUTS: readonly Mutant[] = [
  {
    ...{
      name: 'clears-any-route',
      kind: 1,
      undoes: 'ending a queued rollout clears the route of the running one',
    },
    ...{ file: engine('rollouts/end-rollout'), find: 'if (route?.rolloutId !== rollout.id) return;' },
    ...{ replace: 'if (!route) return;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'leaves-the-unproven',
      kind: 1,
      undoes: 'ending a bake leaves its version primary, watched by nobody',
    },
    ...{ file: engine('rollouts/end-rollout'), find: "rollout.state === 'baking' && rollout.from !== null" },
    ...{ replace: 'false', caughtBy: KEEPS },
  },
  {
    ...{ name: 'starts-before-its-time', kind: 'also', undoes: 'a release at a date starts at once' },
    ...{ file: engine('queue/queue-turn'), find: 'if (next?.id !== queued.id || startsLater(next, now))' },
    ...{ replace: 'if (next?.id !== queued.id)', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'older-waits-through-promotion',
      kind: 'also',
      undoes: "what was queued before an admin's promotion takes its place, with nobody's word",
    },
    ...{ file: engine('primary/give-way-to-promotion'), find: 'one.startAt === null && ' },
    ...{ replace: 'false && ', caughtBy: KEEPS },
  },
  {
    ...{ name: 'twice-back', kind: 2, undoes: 'two rollbacks at once go two versions back' },
    ...{
      file: engine('primary/move-primary'),
      find: "const done = await commandDone(stores, model.id, 'rollback', null);",
    },
    ...{ replace: 'const done: Awaited<ReturnType<typeof commandDone>> = null;', caughtBy: KEEPS },
  },
  {
    ...{ name: 'twice-skip', kind: 2, undoes: 'two skips at once jump over two steps' },
    ...{
      file: engine('rollouts/repeated-action'),
      find: 'await commandDone(stores, rollout.modelId, action, rollout.id)',
    },
    ...{ replace: 'null as Awaited<ReturnType<typeof commandDone>>', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'twice-forgets-engine',
      kind: 2,
      undoes: "a person's rollback that repeats the engine's own goes one version further",
    },
    ...{ file: engine('rollouts/repeated-command'), find: "(data['command'] === command || isBack)" },
    ...{
      replace: "data['command'] === command",
      caughtBy: pure('libs/engine/src/rollouts/repeated-command.test.ts'),
    },
  },
  {
    ...{
      name: 'repeat-is-refused',
      kind: 2,
      undoes: 'a command that has been carried out, and has led on, is refused when it is said again',
    },
    ...{ file: engine('rollouts/repeated-action'), find: 'if (isLegal(rollout, action) || ' },
    ...{
      replace: 'if (rollout.id !== "" || ',
      caughtBy: pure('test/model/repeated-words.test.ts'),
    },
  },
  {
    ...{
      name: 'retry-again-refused',
      kind: 2,
      undoes: 'a retry that has succeeded is refused when it is said again',
    },
    ...{ file: engine('rollouts/repeated-action'), find: 'return retried(stores, rollout, asked);' },
    ...{ replace: 'return null;', caughtBy: pure('test/model/repeated-words.test.ts') },
  },
  {
    ...{
      name: 'seen-from',
      kind: 2,
      undoes: 'a rollback from a version that has left is carried out on another',
    },
    ...{
      file: engine('primary/move-primary'),
      find: 'if (from !== undefined && from !== model.primary && from !== live?.version)',
    },
    ...{ replace: 'if (false)', caughtBy: KEEPS },
  },
  {
    ...{ name: 'seen-route', kind: 2, undoes: "If-Match with a route's ETag is not looked at" },
    ...{
      file: engine('primary/seen-route'),
      find: 'if (isAsSeen(revision, route?.revision)) return;',
    },
    ...{ replace: 'if (isAsSeen(undefined, route?.revision)) return;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'seen-step',
      kind: 2,
      undoes: 'a command for a step that is over is carried out on the next one',
    },
    ...{
      file: engine('rollouts/act-on-rollout'),
      find: 'if (step === undefined || step === rollout.stepIndex) return;',
    },
    ...{ replace: 'if (step !== null) return;', caughtBy: pure('test/model/seen-step.test.ts') },
  },
  {
    ...{ name: 'seen-rollout', kind: 2, undoes: "If-Match with a rollout's ETag is not looked at" },
    ...{
      file: engine('rollouts/seen-revision'),
      find: 'if (isAsSeen(revision, rollout.revision)) return;',
    },
    ...{ replace: 'return;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'unprobed-way-back',
      kind: 6,
      undoes: 'a rollback goes to a version whose server was stopped',
    },
    ...{ file: engine('readiness/probes'), find: 'return this.forced || this.says(target, takesCallers);' },
    ...{ replace: 'return true;', caughtBy: KEEPS },
  },
  {
    ...{ name: 'unprobed-bake', kind: 6, undoes: 'a bake that fails goes back to whatever was before it' },
    ...{
      file: engine('routing/proven-primary'),
      find: 'const target = address && probes.wayBack({ version: version.version, ...address });',
    },
    ...{
      replace: 'const target = address && ({ version: version.version, ...address } as unknown as Sendable);',
      caughtBy: KEEPS,
    },
  },
  {
    ...{
      name: 'stale-probes',
      kind: 6,
      undoes: 'callers go where a server was ready before a lock was waited for, however long',
    },
    ...{ file: engine('readiness/probes'), find: 'if (ageMs !== null && ageMs <= FRESH_MS) return;' },
    ...{
      replace: 'if (ageMs !== null && ageMs >= 0) return;',
      caughtBy: pure(SWITCH, 'good for ten seconds'),
    },
  },
  {
    ...{
      name: 'target-not-looked-at-after',
      kind: 6,
      undoes: 'callers stay with a server that has died between the probe and the switch',
    },
    ...{
      file: engine('primary/switch-callers'),
      find: 'const after = force ? null : await lookAfter(ports, model, before);',
    },
    ...{
      replace: 'const after = null as Awaited<ReturnType<typeof lookAfter>>;',
      caughtBy: pure(SWITCH, 'between the probe and the switch'),
    },
  },
  {
    ...{
      name: 'back-to-the-deleted',
      kind: 6,
      undoes: 'the last that a rollback could go back to may be deleted',
    },
    ...{
      file: engine('registry/edit-version'),
      find: 'if (needed.length === 1 && needed[0]?.version === number)',
    },
    ...{ replace: 'if (false)', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'swallowed-policy',
      kind: 8,
      undoes: 'another policy for a live rollout is answered with 201, and ignored',
    },
    ...{
      file: engine('release/asked-again'),
      find: 'if (policies === null) return;',
    },
    ...{ replace: 'if (policies !== undefined) return;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'swallowed-override',
      kind: 8,
      undoes: 'overrideFreeze for a live rollout is answered with 201, and ignored',
    },
    ...{
      file: engine('release/asked-again'),
      find: 'repeat.overrideFreeze && !rollout.overridesFreeze',
    },
    ...{ replace: 'false as boolean', caughtBy: KEEPS },
  },
  {
    ...{ name: 'retry-forgets-override', kind: 8, undoes: 'a retry of a hot fix waits for the freeze' },
    ...{
      file: engine('rollouts/act-on-rollout'),
      find: 'overrideFreeze: overrideFreeze || rollout.overridesFreeze,',
    },
    ...{ replace: 'overrideFreeze,', caughtBy: pure('test/model/retry.test.ts') },
  },
  {
    ...{
      name: 'person-walks-through-freeze',
      kind: 8,
      undoes: 'skip and promote go through a freeze without saying so',
    },
    ...{
      file: engine('rollouts/act-on-rollout'),
      find: 'const frozen = freezeOverridden(policy, rollout, await stores.now(), { action, overrideFreeze });',
    },
    ...{ replace: 'const frozen: string | null = null;', caughtBy: KEEPS },
  },
  {
    ...{ name: 'freeze-is-skipped', kind: 9, undoes: 'the engine advances in a freeze' },
    ...{ file: rollout('decide/decide'), find: 'if (frozen === null) return decision;' },
    ...{ replace: 'return decision;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'stuck-behind-the-ended',
      kind: 1,
      undoes: 'what was queued behind a rollout is forgotten by the sweep',
    },
    ...{ file: engine('evaluation/triage'), find: 'if (rollout.queued) return waitInQueue(rollout, now);' },
    ...{
      replace: "if (rollout.queued) return { kind: 'leave', decision: null, nextInMs: LOOK_EVERY_MS };",
      caughtBy: ENDS,
    },
  },
];
