import { type Mutant, pure } from './mutant.ts';

const engine = (file: string): string => `libs/engine/src/${file}.ts`;
const rollout = (file: string): string => `libs/rollout/src/${file}.ts`;
const BAKES = 'test/model/bake-ends.test.ts';
const COMPARES = 'libs/rollout/src/decide/bake-comparison.test.ts';
const CLOCK = 'test/model/unstarted-clock.test.ts';
const TRIPS = 'test/model/take-trip.test.ts';
const BY_TRIPS = 'libs/rollout/src/judge/judge-trip.test.ts';

/** How a bake ends, what a step without a clock is judged by, and what trips prove. */
export const OF_JUDGEMENT: readonly Mutant[] = [
  {
    ...{ name: 'bake-compares-nothing', kind: 'also', undoes: 'a bake that has compared nothing succeeds' },
    ...{
      file: rollout('decide/decide-bake'),
      find: 'const lacking = unheard ?? (isByHand ? null : uncompared?.why) ?? null;',
    },
    ...{ replace: 'const lacking = unheard;', caughtBy: pure(COMPARES, 'is no success') },
  },
  {
    ...{
      name: 'bake-by-hand-waits',
      kind: 'also',
      undoes: 'a bake waits for a person who has decided already',
    },
    ...{
      file: rollout('decide/decide-bake'),
      find: '(isByHand ? null : uncompared?.why)',
    },
    ...{ replace: 'uncompared?.why', caughtBy: pure(BAKES, 'by hand') },
  },
  {
    ...{ name: 'all-is-by-hand', kind: 'also', undoes: 'gates that promoted count as a person' },
    ...{ file: engine('rollouts/by-hand'), find: 'if (!isWord && !isApproved) return {};' },
    ...{ replace: '', caughtBy: pure(BAKES, 'by the gates') },
  },
  {
    ...{
      name: 'any-skip-is-by-hand',
      kind: 'also',
      undoes: 'a skip of an early canary waives the comparison in the bake',
    },
    ...{ file: engine('rollouts/by-hand'), find: '(isPromoted || !judgedLater)' },
    ...{ replace: 'true', caughtBy: pure(BAKES, 'after a skip and an approval') },
  },
  {
    ...{
      name: 'approval-alone-is-no-hand',
      kind: 'also',
      undoes: 'an approval before which nobody called is taken for gates',
    },
    ...{ file: engine('rollouts/by-hand'), find: 'if (!isWord && !isApproved) return {};' },
    ...{ replace: 'if (!isWord) return {};', caughtBy: pure(BAKES, 'before which nobody called') },
  },
  {
    ...{
      name: 'bake-waits-are-told-again',
      kind: 'also',
      undoes: 'a bake that waits for a person says so at each look',
    },
    ...{
      file: engine('evaluation/apply-decision'),
      find: "if (rollout.decision?.kind !== 'pause') await record",
    },
    ...{ replace: 'if (true) await record', caughtBy: pure(BAKES, 'told once') },
  },
  {
    ...{
      name: 'no-data-is-undecided',
      kind: 'also',
      undoes: 'onNoData has no say in a bake that nobody who is held back called in',
    },
    ...{
      file: rollout('decide/bake-comparison'),
      find: "return { why: 'nobody who is held back on the old version has called', noData: true };",
    },
    ...{
      replace: "return { why: 'nobody who is held back on the old version has called', noData: false };",
      caughtBy: pure(BAKES, 'takes it back'),
    },
  },
  {
    ...{ name: 'few-units-compare', kind: 'also', undoes: 'one unit that is held back is a comparison' },
    ...{ file: rollout('decide/bake-comparison'), find: 'const FEWEST_UNITS = 5;' },
    ...{ replace: 'const FEWEST_UNITS = 0;', caughtBy: pure(COMPARES, 'is no success') },
  },
  {
    ...{
      name: 'dead-primary-stays',
      kind: 'also',
      undoes: 'a new primary that answers nobody keeps its place',
    },
    ...{ file: rollout('judge/judge-gates'), find: "step.kind === 'bake' ? 'rollback' : 'pause'," },
    ...{ replace: "'pause',", caughtBy: pure(COMPARES, 'nearly always fails') },
  },
  {
    ...{
      name: 'unstarted-is-not-judged',
      kind: 11,
      undoes: 'no harm counts before all gateways have acknowledged',
    },
    ...{
      file: rollout('decide/decide'),
      find: 'return agoMs(rollout.routedAt ?? -Infinity, now) ?? Infinity;',
    },
    ...{ replace: 'return 0;', caughtBy: pure(CLOCK, 'harm is acted on') },
  },
  {
    ...{
      name: 'waits-for-a-gateway-for-ever',
      kind: 11,
      undoes: 'one gateway that hangs holds a step for ever',
    },
    ...{ file: engine('evaluation/step-clock'), find: 'behindMs < LONGEST_BEHIND_MS' },
    ...{ replace: 'behindMs >= 0', caughtBy: pure(CLOCK, 'the step begins') },
  },
  {
    ...{
      name: 'start-period-over-step',
      kind: 11,
      undoes: 'a start period longer than its step can never be met',
    },
    ...{
      file: rollout('decide/start-period'),
      find: 'return Math.min(asked, MOST_OF_STEP * longestOf(step));',
    },
    ...{ replace: 'return asked;', caughtBy: pure('libs/rollout/src/decide/start-period-ends.test.ts') },
  },
  {
    ...{ name: 'trips-add-up', kind: 'also', undoes: 'pauses with answers in between count as one row' },
    ...{
      file: rollout('judge/judge-trip'),
      find: 'row !== undefined && trip.inARow >= row.last.inARow + trip.failures',
    },
    ...{ replace: 'row !== undefined', caughtBy: pure(BY_TRIPS, 'trips alone prove harm') },
  },
  {
    ...{
      name: 'one-gateway-ends-it',
      kind: 'also',
      undoes: 'one gateway of many that is cut off ends a rollout',
    },
    ...{ file: rollout('judge/judge-trip'), find: 'const needed = gateways > 1 ? 2 : 1;' },
    ...{ replace: 'const needed = 1;', caughtBy: pure(TRIPS, 'needs more than one gateway') },
  },
  {
    ...{ name: 'trip-is-told-twice', kind: 'also', undoes: 'a batch that is sent again repeats its trip' },
    ...{
      file: engine('evidence/take-trip'),
      find: "if (noted.some(({ data }) => data['trip'] === identity)) return false;",
    },
    ...{ replace: '', caughtBy: pure(TRIPS, 'is noted once') },
  },
  {
    ...{ name: 'trip-in-start-counts', kind: 'also', undoes: 'trips of a cold start end a rollout' },
    ...{ file: engine('evidence/take-trip'), find: 'if (inStart) return false;' },
    ...{ replace: '', caughtBy: pure(TRIPS, 'counts for nothing') },
  },
  {
    ...{
      name: 'sibling-shortens-a-pause',
      kind: 'also',
      undoes: 'what another process tells shortens a pause',
    },
    ...{
      file: 'apps/gateway/src/trips/trial.ts',
      find: 'Math.max(this.until, until)',
    },
    ...{
      replace: 'until',
      caughtBy: pure('apps/gateway/src/trips/local-trips.test.ts', 'never shortens'),
    },
  },
  {
    ...{
      name: 'boots-share-a-sequence',
      kind: 'also',
      undoes: "two gateways under one id count each other's batches twice",
    },
    ...{ file: 'libs/db/src/evidence/evidence.store.ts', find: 'return rows.length > 0 && !(' },
    ...{
      replace: 'return !(',
      caughtBy: pure('test/integration/rollout-lifecycle.test.ts', 'is counted once'),
    },
  },
  {
    ...{
      name: 'tries-count-at-insertion',
      kind: 'also',
      undoes: 'rollouts that wait beside each other have a first try each',
    },
    ...{
      file: engine('evaluation/advance-rollout'),
      find: 'return { attempt: 1 + (await stores.rollouts.triesOf(modelId, version)) };',
    },
    ...{
      replace: 'return {};',
      caughtBy: pure('test/integration/attempts.test.ts', 'wait beside each other'),
    },
  },
];
