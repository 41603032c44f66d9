import { ENDS, HARM, KEEPS, type Mutant, pure } from './mutant.ts';

const engine = (file: string): string => `libs/engine/src/${file}.ts`;
const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;
const SWITCH = 'test/model/switch-callers.test.ts';

/** Kinds 1 to 3, 6 and 11, and what of 8 the engine decides. */
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
      file: engine('rollouts/act-on-rollout'),
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
      file: engine('primary/move-primary'),
      find: 'if (revision !== undefined && route?.revision !== revision)',
    },
    ...{ replace: 'if (false)', caughtBy: KEEPS },
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
      file: engine('rollouts/act-on-rollout'),
      find: 'if (revision === undefined || revision === rollout.revision) return;',
    },
    ...{ replace: 'return;', caughtBy: KEEPS },
  },
  {
    ...{ name: 'early-word-proves', kind: 3, undoes: 'a reading of 6 ms after the step began ends it' },
    ...{
      file: rollout('evidence/source-word'),
      find: 'if (least === null || hasBehind(reading.asked, least)) return null;',
    },
    ...{ replace: 'return null;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'silence-passes',
      kind: 3,
      undoes: 'a source that always answers 503 promotes under notFailed',
    },
    ...{ file: rollout('decide/step-minima'), find: 'if (unheard !== null) return unheard;' },
    ...{ replace: '', caughtBy: KEEPS },
  },
  {
    ...{ name: 'bake-without-a-word', kind: 3, undoes: 'a bake with its source away has "found no harm"' },
    ...{
      file: rollout('decide/decide-bake'),
      find: 'const unheard = unheardSource(policy, stepIndex, evidence);',
    },
    ...{ replace: 'const unheard = null as string | null;', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'bake-without-callers',
      kind: 3,
      undoes: 'a bake that nobody has called in has "found no harm"',
    },
    ...{
      file: rollout('decide/decide-bake'),
      find: "requestsSeen({ kind: 'bake' }, evidence[stepIndex]) === 0",
    },
    ...{
      replace: 'false',
      caughtBy: pure('libs/rollout/src/decide/bake-comparison.test.ts', 'holds nobody back'),
    },
  },
  {
    ...{
      name: 'proven-by-promotion',
      kind: 3,
      undoes: 'a version counts as a good primary from its promotion on',
    },
    ...{ file: engine('rollouts/end-rollout'), find: '{ primary: version, primaryHistory }, true, proven)' },
    ...{ replace: '{ primary: version, primaryHistory }, true, true)', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'resume-keeps-errors',
      kind: 3,
      undoes: 'a rollout that is resumed is paused again by the errors of before',
    },
    ...{
      file: engine('rollouts/act-on-rollout'),
      find: 'if (traffic !== null) await stores.sources.askAnew(rollout.id, traffic);',
    },
    ...{ replace: '', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'paused-source-not-asked',
      kind: 3,
      undoes: "a paused rollout's source is never asked, though harm is promised to act",
    },
    ...{
      file: engine('evaluation/reconcile-rollout'),
      find: "if (rollout.state !== 'pending' && decision.kind",
    },
    ...{
      replace: "if (rollout.state !== 'pending' && rollout.state !== 'paused' && decision.kind",
      caughtBy: HARM,
    },
  },
  {
    ...{
      name: 'paused-clock-stands',
      kind: 3,
      undoes: 'the start period of a step that was paused before it began never ends, nor does its harm',
    },
    ...{
      file: engine('evaluation/step-clock'),
      find: " || state === 'paused') &&",
      replace: ') &&',
      caughtBy: HARM,
    },
  },
  {
    ...{
      name: 'paused-source-not-due',
      kind: 3,
      undoes: 'the sweep leaves the sources of paused rollouts alone',
    },
    ...{ file: engine('evaluation/triage'), find: 'if (!isLive(state)) return [];' },
    ...{ replace: "if (!isLive(state) || state === 'paused') return [];", caughtBy: HARM },
  },
  {
    ...{
      name: 'harm-waits-for-a-person',
      kind: 3,
      undoes: 'harm is not acted on while a person has the say',
    },
    ...{ file: rollout('decide/decide'), find: 'if (harm) return {' },
    ...{ replace: "if (harm && state !== 'paused') return {", caughtBy: HARM },
  },
  {
    ...{
      name: 'answer-of-before-the-resume',
      kind: 3,
      undoes: 'an answer to a question from before a resume proves the step after it',
    },
    ...{
      file: engine('evidence/read-sources'),
      find: 'const asked = isSameClock ? behind : NOTHING_BEHIND;',
    },
    ...{ replace: 'const asked = behind;', caughtBy: KEEPS },
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
    ...{ file: engine('readiness/probes'), find: 'if (ageMs <= FRESH_MS) return;' },
    ...{ replace: 'if (ageMs >= 0) return;', caughtBy: pure(SWITCH, 'good for ten seconds') },
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
      find: 'if (policies === null || policies.map(policyHash).includes(rollout.policyHash)) return;',
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
      name: 'ends-in-start-period',
      kind: 11,
      undoes: 'a step ends while a gate may not act yet, and walks past its harm',
    },
    ...{ file: rollout('decide/step-minima'), find: 'if (early !== null) return early;' },
    ...{ replace: '', caughtBy: pure('libs/rollout/src/decide/harm-first.test.ts', 'walked past') },
  },
  {
    ...{ name: 'harm-comes-second', kind: 11, undoes: 'evidence that is unsound hides harm that is proven' },
    ...{
      file: rollout('decide/decide'),
      find: "const harm = failed.filter((v) => v.onFail === 'rollback').sort(worstFirst)[0];",
    },
    ...{
      replace:
        "const harm = failed.every((v) => v.onFail === 'rollback') ? failed.sort(worstFirst)[0] : undefined;",
      caughtBy: pure('libs/rollout/src/decide/harm-first.test.ts', 'rolls back in every state'),
    },
  },
  {
    ...{
      name: 'approval-waits-before-harm',
      kind: 11,
      undoes: 'an approval that was given goes before the harm of its traffic',
    },
    ...{
      file: rollout('decide/decide'),
      find: 'const inStep = traffic === stepIndex ? judgedMs(rollout, now) : Infinity;',
    },
    ...{ replace: 'const inStep = traffic === stepIndex ? judgedMs(rollout, now) : 0;', caughtBy: HARM },
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
