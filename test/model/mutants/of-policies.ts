import { KEEPS, type Mutant, pure } from './mutant.ts';

const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;
const NEVER_MET = pure('libs/rollout/src/policy/never-met.test.ts');
const IN_TIME = pure('libs/rollout/src/policy/never-met-times.test.ts');
const PLANTED = 'test/integration/planted-metric-sources.test.ts';
const FREEZE = pure('libs/rollout/src/freeze/freeze.test.ts');

/** Kind 5: what can never be met, or never failed, does not validate. */
export const OF_POLICIES: readonly Mutant[] = [
  {
    ...{ name: 'everybody-held-back', kind: 5, undoes: 'holdBack: 100% validates' },
    ...{ file: rollout('policy/never-met'), find: 'step.holdBack >= 10_000' },
    ...{ replace: 'step.holdBack > 10_000', caughtBy: NEVER_MET },
  },
  {
    ...{ name: 'agreement-of-one', kind: 5, undoes: 'agreement min: 1 and rank_correlation min: 1 validate' },
    ...{ file: rollout('policy/never-met'), find: 'return gate.min >= 1' },
    ...{ replace: 'return gate.min > 1', caughtBy: NEVER_MET },
  },
  {
    ...{ name: 'no-increase-at-all', kind: 5, undoes: 'maxIncrease: 0 validates' },
    ...{ file: rollout('policy/never-met'), find: "'increase' in gate.margin && gate.margin.increase === 0" },
    ...{ replace: 'false', caughtBy: NEVER_MET },
  },
  {
    ...{ name: 'no-click-less', kind: 5, undoes: 'maxDecrease: 0 validates' },
    ...{ file: rollout('policy/never-met'), find: 'return gate.by === 0' },
    ...{ replace: 'return gate.by < 0', caughtBy: NEVER_MET },
  },
  {
    ...{
      name: 'full-canary-compares-nobody',
      kind: 5,
      undoes: 'a canary of 100% has nobody to be compared with, and never ends',
    },
    ...{ file: rollout('evidence/evidence'), find: 'if (weight === 1)' },
    ...{ replace: 'if (weight > 1)', caughtBy: NEVER_MET },
  },
  {
    ...{
      name: 'ratio-of-two-zeros',
      kind: 5,
      undoes: 'nothing bad has happened in either arm, and the gate never passes',
    },
    ...{
      file: 'libs/stats/src/rates/judge-rates.ts',
      find: 'if (bad.trials === 0) return nothingBad(arms, budget);',
    },
    ...{ replace: '', caughtBy: pure('libs/stats/src/judge.test.ts', 'nothing bad at all') },
  },
  {
    ...{
      name: 'unknown-placeholder',
      kind: 5,
      undoes: 'a query with {{modelName}} validates, and asks for that text',
    },
    ...{
      file: rollout('policy/never-met'),
      find: "gate.metric === 'prometheus' ? unknownPlaceholder(gate.query) : null",
    },
    ...{ replace: 'null', caughtBy: NEVER_MET },
  },
  {
    ...{ name: 'endless-freeze', kind: 5, undoes: 'a kept freeze window that never closes is not said' },
    ...{ file: rollout('plan/plan'), find: 'isAlwaysOpen(f)' },
    ...{ replace: 'false', caughtBy: FREEZE },
  },
  {
    ...{ name: 'guards-nothing', kind: 5, undoes: 'gates that no version could fail validate' },
    ...{ file: rollout('policy/never-met'), find: 'gate.dryRun ? null : unfailing(gate)' },
    ...{ replace: 'null', caughtBy: pure('libs/rollout/src/policy/never-failing.test.ts') },
  },
  {
    ...{ name: 'retry-is-new', kind: 5, undoes: 'a rollout is not retried by its kept policy' },
    ...{ file: 'libs/engine/src/rollouts/possible-actions.ts', find: ', hadPolicy: true' },
    ...{ replace: '', caughtBy: pure('test/integration/kept-policies.test.ts') },
  },
  {
    ...{ name: 'endless-freeze-validates', kind: 5, undoes: 'freeze windows that never close validate' },
    ...{ file: rollout('policy/never-met'), find: ', ...endlessFreezes(freeze)' },
    ...{ replace: '', caughtBy: pure('libs/rollout/src/freeze/no-gap.test.ts') },
  },
  {
    ...{
      name: 'no-time-at-all',
      kind: 5,
      undoes: 'steps that are over before anything was seen, and others that no time is enough for, validate',
    },
    ...{ file: rollout('policy/parse-policy'), find: ', ...neverInTime({ steps, gates })' },
    ...{ replace: '', caughtBy: IN_TIME },
  },
  {
    ...{
      name: 'never-bad-enough',
      kind: 5,
      undoes: 'a source that no step lets answer badly often enough to fail validates',
    },
    ...{ file: rollout('policy/never-met-times'), find: 'takes <= most' },
    ...{ replace: 'takes > 0', caughtBy: IN_TIME },
  },
  {
    ...{
      name: 'unended-query',
      kind: 5,
      undoes: 'a query whose string or bracket does not end validates, and fails at every reading',
    },
    ...{ file: rollout('policy/never-met'), find: 'unendedIn(gate.query)' },
    ...{ replace: 'null as string | null', caughtBy: IN_TIME },
  },
  // What the sources are shown that gates ask.
  {
    ...{
      name: 'key-in-source-url',
      kind: 10,
      undoes: 'a key in the url of a metric source stands in a reason',
    },
    ...{ file: 'libs/outbound/src/prometheus/http-source.ts', find: 'maskedWebhook(source.url)' },
    ...{ replace: 'source.url', caughtBy: pure(PLANTED, 'what is none stays') },
  },
  {
    ...{
      name: 'plain-header-is-shown',
      kind: 10,
      undoes: 'a credential that METRIC_SOURCES has in plain text is shown where a peer repeats it',
    },
    ...{
      file: 'libs/kernel/src/text/known-secrets.ts',
      find: '!isScheme && !holdsCredential(name) && value.length < LONGEST_PLAIN',
    },
    ...{ replace: 'name !== value', caughtBy: pure(PLANTED, 'plain text') },
  },
];

/** What is told, and in which order. */
export const OF_TELLING: readonly Mutant[] = [
  {
    ...{
      name: 'alarms-wait-behind-verdicts',
      kind: 'also',
      undoes: 'a rollback is told after all news of verdicts',
    },
    ...{ file: 'libs/db/src/subscriptions/claim-due.ts', find: "${kindIn('h')} <> 'news'" },
    ...{
      replace: "${kindIn('h')} = 'alarm'",
      caughtBy: pure('test/integration/subscriptions.test.ts', 'alarms do not wait behind verdicts'),
    },
  },
  {
    ...{ name: 'alarms-wait-for-retries', kind: 'also', undoes: 'an alarm waits while a subscriber is busy' },
    ...{ file: 'libs/db/src/subscriptions/claim-due.ts', find: 'const STUCK_S = 90;' },
    ...{
      replace: 'const STUCK_S = 300_000_000;',
      caughtBy: pure('test/integration/subscriptions.test.ts', 'no alarm waits behind'),
    },
  },
  {
    ...{
      name: 'alarms-wait-for-stuck-alarms',
      kind: 'also',
      undoes: 'a rollback is told after an older alarm that a subscriber asks for again and again',
    },
    ...{ file: 'libs/db/src/subscriptions/claim-due.ts', find: "(SELECT ${isStuck('b')} FROM" },
    ...{
      replace: "(SELECT ${isStuck('b')} AND false FROM",
      caughtBy: pure('test/integration/subscriptions.test.ts', 'no alarm waits behind'),
    },
  },
  {
    ...{ name: 'cause-is-not-said', kind: 10, undoes: 'a source that cannot be reached says "fetch failed"' },
    ...{ file: 'libs/outbound/src/outbound-fetch.ts', find: 'const inner = failureOf(cause);' },
    ...{
      replace: 'const inner = cause === null ? failureOf(cause) : null;',
      caughtBy: pure('test/integration/metric-sources.test.ts', 'says why a source did not answer'),
    },
  },
  {
    ...{
      name: 'offers-what-is-so',
      kind: 'also',
      undoes: 'serving again is offered for a model that serves',
    },
    ...{
      file: 'libs/engine/src/primary/possible-model-actions.ts',
      find: 'if (model.retirement === null) throw soAlready(`"${model.name}" is not retired.`);',
    },
    ...{ replace: '', caughtBy: pure('test/model/offers.test.ts') },
  },
  {
    ...{
      name: 'word-of-before',
      kind: 'also',
      undoes: 'the answer to a command says what the rollout waited for before it',
    },
    ...{
      file: 'libs/engine/src/evaluation/why-it-waits.ts',
      find: 'decision?.revision === revision ?',
    },
    ...{ replace: 'decision ?', caughtBy: KEEPS },
  },
  {
    ...{
      name: 'abort-is-given-up',
      kind: 2,
      undoes: 'an abort is not carried out where the rollout has come a step further since somebody looked',
    },
    ...{ file: 'libs/client/src/seen.ts', find: "word === 'abort'" },
    ...{ replace: "word === 'abort now'", caughtBy: pure('libs/client/src/seen.test.ts') },
  },
];
