import { HARM, KEEPS, type Mutant, pure } from './mutant.ts';

const engine = (file: string): string => `libs/engine/src/${file}.ts`;
/** On PostgreSQL, by three clocks. */
const ORDER = pure('test/integration/order-of-facts.test.ts');
const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;

/** Kinds 3 and 11: no data is never a pass, and harm is never walked past. */
export const OF_PROOF: readonly Mutant[] = [
  {
    ...{
      name: 'newest-term-by-the-clock',
      kind: 3,
      undoes:
        'of two terms that begin in one instant, or around a clock that is set back, any one is the newest and proves',
    },
    ...{
      file: 'libs/db/src/registry/model.store.ts',
      find: 'ORDER BY version, sequence DESC) AS newest',
    },
    ...{ replace: 'ORDER BY version, since DESC) AS newest', caughtBy: ORDER },
  },
  {
    ...{
      name: 'way-back-by-the-clock',
      kind: 6,
      undoes:
        'after a clock was set back, the server that a rollback would go to is not asked whether it answers',
    },
    ...{
      file: 'libs/db/src/deployments/deployment.store.ts',
      find: 'ORDER BY t.sequence DESC LIMIT 1',
    },
    ...{ replace: 'ORDER BY t.since DESC LIMIT 1', caughtBy: ORDER },
  },
  {
    ...{
      name: 'queue-by-the-clock',
      kind: 'also',
      undoes: 'a release that is asked for after the clock was set back passes those that wait',
    },
    ...{ file: 'libs/db/src/rollouts/rollout.store.ts', find: 'rollout.startAt, rollout.dueSince)' },
    ...{ replace: 'rollout.startAt, rollout.createdAt)', caughtBy: ORDER },
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
    ...{
      name: 'minima-stand-in',
      kind: 5,
      undoes: 'a first canary of 100%, judged by no gate, is promoted by its minima under notFailed',
    },
    ...{
      file: rollout('decide/step-minima'),
      find: 'return isLastBeforePromotion(policy, stepIndex) ? whoNeverSpeaks(policy) : null;',
    },
    ...{
      replace: 'return null;',
      caughtBy: pure('libs/rollout/src/decide/looked-at.test.ts', 'was looked at'),
    },
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
      find: "requestsSeen({ kind: 'bake' }, evidence[stepIndex]) > 0",
    },
    ...{
      replace: 'true',
      caughtBy: pure('libs/rollout/src/decide/bake-comparison.test.ts', 'holds nobody back'),
    },
  },
  {
    ...{
      name: 'bake-no-gate-no-callers',
      kind: 3,
      undoes: 'a bake in which no gate looks proves a version that nobody has called',
    },
    ...{
      file: rollout('decide/decide-bake'),
      find: 'const bySources = !onCallers && sourcesIn(policy, step)',
    },
    ...{
      replace: 'const bySources = !onCallers || sourcesIn(policy, step)',
      caughtBy: pure('libs/rollout/src/decide/uncalled-bake.test.ts'),
    },
  },
  {
    ...{
      name: 'proven-by-promotion',
      kind: 3,
      undoes: 'a version counts as a good primary from its promotion on',
    },
    ...{
      file: engine('rollouts/primary-history'),
      find: '{ primary: version, primaryHistory }, true, proven)',
    },
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
    ...{
      replace: "if (!isLive(state) || state === 'paused') return [];",
      caughtBy: pure('test/model/paused-source.test.ts'),
    },
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
      name: 'ends-in-start-period',
      kind: 11,
      undoes: 'a step ends while a gate may not act yet, and walks past its harm',
    },
    ...{ file: rollout('decide/step-minima'), find: 'if (early !== null) return early;' },
    ...{ replace: '', caughtBy: pure('libs/rollout/src/decide/harm-first.test.ts', 'walked past') },
  },
  {
    ...{
      name: 'moved-server-is-not-judged',
      kind: 11,
      undoes:
        'what goes through a server that has moved while an approval is waited for is counted to no step',
    },
    ...{
      file: 'libs/engine/src/routing/publish-route.ts',
      find: ': trafficStepAt(policyOf(rollout), change.stepIndex);',
    },
    ...{
      replace: ': change.stepIndex;',
      caughtBy: HARM,
    },
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
];
