import { type Mutant, pure } from './mutant.ts';

const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;
const NEVER_MET = pure('libs/rollout/src/policy/never-met.test.ts');
const IN_TIME = pure('libs/rollout/src/policy/never-met-times.test.ts');
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
];
