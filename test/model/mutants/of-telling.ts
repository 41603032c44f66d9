import { KEEPS, type Mutant, pure } from './mutant.ts';

/** What is told, and in which order. */
export const OF_TELLING: readonly Mutant[] = [
  {
    ...{
      name: 'alarms-wait-behind-verdicts',
      kind: 'also',
      undoes: 'a rollback is told after all news of verdicts',
    },
    ...{
      file: 'libs/db/src/subscriptions/subscription.store.ts',
      find: "const ALARMS = `'rollout.rolled_back', 'rollout.paused'`;",
    },
    ...{
      replace: "const ALARMS = `'none'`;",
      caughtBy: pure('test/integration/subscriptions.test.ts', 'alarms do not wait behind verdicts'),
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
