import { ENDS, HARM, type Mutant, pure } from './mutant.ts';

const engine = (file: string): string => `libs/engine/src/${file}.ts`;
const db = (file: string): string => `libs/db/src/${file}.ts`;
const CLOCK = 'test/integration/clock-set-back.test.ts';
const ERAS = pure('libs/stats/src/units/eras.test.ts');
const BY_CLOCK = pure('libs/stats/src/units/slices-by-clock.test.ts');
const JUMPS = pure('test/model/jumping-clocks.test.ts', 'harm is found');

/** The database's clock is set back: what was written while it was ahead waits for nothing, and proves nothing. */
export const OF_CLOCKS: readonly Mutant[] = [
  {
    ...{
      name: 'due-when-it-was-ahead',
      kind: 'clocks',
      undoes: 'what is on the agenda waits until the clock is where it was before it was set back',
    },
    ...{ file: engine('evaluation/triage'), find: 'LONGEST_AGENDA_MS = 2 * LONGEST_WAIT_MS' },
    ...{ replace: 'LONGEST_AGENDA_MS = Infinity * LONGEST_WAIT_MS', caughtBy: ENDS },
  },
  {
    ...{
      name: 'step-of-a-later-time',
      kind: 'clocks',
      undoes:
        'the clock of a step stands still, and its harm goes on, until the clock is where it was before it was set back',
    },
    ...{ file: engine('evaluation/step-clock'), find: 'stepStartedAt > now + SLEW_MS' },
    ...{ replace: 'stepStartedAt > Infinity + now + SLEW_MS', caughtBy: HARM },
  },
  {
    ...{
      name: 'word-of-a-later-time',
      kind: 'clocks',
      undoes: 'a metric source is not asked until the clock is where it was before it was set back',
    },
    ...{ file: engine('evidence/read-sources'), find: '(words[name]?.at ?? now) > now + SLEW_MS' },
    ...{ replace: '(words[name]?.at ?? now) > Infinity', caughtBy: HARM },
  },
  {
    ...{
      name: 'route-of-a-later-time',
      kind: 'clocks',
      undoes: 'a gateway that hangs is waited for until the clock is where it was before it was set back',
    },
    ...{ file: engine('evaluation/step-clock'), find: 'Math.abs(stepStartedAt - routedAt)' },
    ...{
      replace: 'stepStartedAt - routedAt',
      caughtBy: pure('test/model/unstarted-clock.test.ts', 'set back'),
    },
  },
  {
    ...{
      name: 'window-of-a-later-time',
      kind: 'clocks',
      undoes:
        'a version that was a good primary by a clock that was ahead is promoted at once for as long as that clock had been ahead, and its window',
    },
    ...{ file: 'libs/rollout/src/decide/decide.ts', find: 'return ago !== null && ago < windowMs;' },
    ...{
      replace: 'return ago === null || ago < windowMs;',
      caughtBy: pure('libs/rollout/src/decide/set-back.test.ts', 'rollback window'),
    },
  },
  {
    ...{
      name: 'harm-of-a-later-time',
      kind: 'clocks',
      undoes: 'harm by a route of a time still to come is left to a start period until that time',
    },
    ...{
      file: 'libs/rollout/src/decide/decide.ts',
      find: 'agoMs(rollout.routedAt ?? -Infinity, now) ?? Infinity',
    },
    ...{
      replace: 'agoMs(rollout.routedAt ?? -Infinity, now) ?? 0',
      caughtBy: pure('libs/rollout/src/decide/set-back.test.ts', 'start period'),
    },
  },
  {
    ...{
      name: 'set-back-eats-the-step',
      kind: 'clocks',
      undoes: 'a step loses what it has behind it when the clock is set back to within it',
    },
    ...{ file: engine('evaluation/step-clock'), find: 'Math.max(heardAt ?? now, stepStartedAt)' },
    ...{
      replace: 'Math.max(heardAt ?? stepStartedAt, stepStartedAt)',
      caughtBy: pure('test/model/unstarted-clock.test.ts', 'keeps what it has behind it'),
    },
  },
  {
    ...{
      name: 'agenda-is-not-brought-forward',
      kind: 'clocks',
      undoes: 'nothing that waits is made due after the clock was set back',
    },
    ...{ file: db('rollouts/agenda.store'), find: 'await bringForward(manager);' },
    ...{ replace: '', caughtBy: pure(CLOCK, 'makes due') },
  },
  {
    ...{
      name: 'heard-of-at-a-later-time',
      kind: 'clocks',
      undoes:
        'a gateway that has died counts as alive until the clock is where it was before it was set back',
    },
    ...{
      file: db('routing/gateway-alive'),
      find: '`${seenAt} < clock_timestamp() + make_interval(secs => ${secs})`',
    },
    ...{ replace: '`${seenAt} IS NOT NULL AND ${secs}::float8 IS NOT NULL`', caughtBy: pure(CLOCK, 'alive') },
  },
  {
    ...{
      name: 'lease-of-a-later-time',
      kind: 'clocks',
      undoes:
        'nobody takes over from a worker that has died until the clock is where it was before it was set back',
    },
    ...{
      file: db('work/lease'),
      find: 'OR lease.expires_at > excluded.expires_at + make_interval(secs => $3)',
    },
    ...{ replace: '', caughtBy: pure(CLOCK, 'gives the lease') },
  },
  {
    ...{
      name: 'claimed-at-a-later-time',
      kind: 'clocks',
      undoes:
        'a source that a worker was asking when it died is not asked until the clock is where it was before it was set back',
    },
    ...{
      file: db('evidence/source.store'),
      find: "OR (source_reading.claimed AND source_reading.next_at > excluded.next_at + interval '1 second')",
    },
    ...{ replace: '', caughtBy: pure(CLOCK, 'asks a source') },
  },
  {
    ...{
      name: 'slices-of-a-later-time',
      kind: 'clocks',
      undoes:
        'slices of time that a clock ahead has named make those that come after it ones of hours, and their harm waits',
    },
    ...{ file: 'libs/stats/src/units/eras.ts', find: 'bornAt(slice) <= latest' },
    ...{ replace: 'bornAt(slice) <= Infinity + latest', caughtBy: JUMPS },
  },
  {
    ...{
      name: 'slices-of-a-slow-clock-are-old',
      kind: 'clocks',
      undoes: 'slices of a gateway whose clock was set back are ones of hours, and their harm waits',
    },
    ...{ file: 'libs/stats/src/units/slices-by-clock.ts', find: 'nowMs - clockMs' },
    ...{ replace: 'Math.min(0, nowMs - clockMs)', caughtBy: JUMPS },
  },
  {
    ...{
      name: 'eras-age-each-other',
      kind: 'clocks',
      undoes: 'what a database’s clock that was ahead has named is one slice beside what the right one names',
    },
    ...{ file: 'libs/stats/src/units/blocks.ts', find: 'newestOf.get(eraOf(slice)) ?? 0' },
    ...{ replace: 'Math.max(...newestOf.values())', caughtBy: ERAS },
  },
  {
    ...{
      name: 'eras-are-as-long-as-slices',
      kind: 'clocks',
      undoes:
        'at some moments what is taken an era back lies beside what comes now, and is one slice with it',
    },
    ...{ file: 'libs/stats/src/units/blocks.ts', find: '25 * 2 ** MOST_LEVELS' },
    ...{ replace: '2 ** MOST_LEVELS', caughtBy: ERAS },
  },
  {
    ...{
      name: 'slices-of-clocks-ahead-are-apart',
      kind: 'clocks',
      undoes: 'a second that two gateways see is two draws where the clock of one is ahead',
    },
    ...{ file: 'libs/stats/src/units/slices-by-clock.ts', find: 'nowMs - clockMs' },
    ...{ replace: 'Math.max(0, nowMs - clockMs)', caughtBy: BY_CLOCK },
  },
  {
    ...{
      name: 'slices-of-silent-clocks-are-apart',
      kind: 'clocks',
      undoes:
        'a second that two gateways see is two draws where the clock of one is ahead and it does not say so',
    },
    ...{ file: 'libs/stats/src/units/slices-by-clock.ts', find: 'if (slice !== null) newest' },
    ...{ replace: 'if (slice === null) newest', caughtBy: BY_CLOCK },
  },
  {
    ...{
      name: 'earlier-eras-are-closed',
      kind: 'clocks',
      undoes:
        'answers just given are taken for older than their window once the database’s clock is set back',
    },
    ...{ file: 'libs/rollout/src/evidence/closed-share.ts', find: '(newest.get(era) ?? 0)' },
    ...{
      replace: 'Math.max(...newest.values())',
      caughtBy: pure('libs/rollout/src/evidence/closed-share.test.ts', 'set back'),
    },
  },
];
