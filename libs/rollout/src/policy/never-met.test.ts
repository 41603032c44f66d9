import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EMPTY_TALLY, sketchOf, type Tally } from '#libs/stats';
import {
  decide,
  parseKeptPolicy,
  judgeGates,
  NO_STEP_EVIDENCE,
  parsePolicy,
  type Evidence,
  type RolloutView,
} from '../index.ts';

const canary = (weight: string) => ({ canary: { weight, minRequests: 100, maxDuration: '10m' } });
const bake = (holdBack: string) => ({ bake: { duration: '1m', holdBack } });
const shadow = { shadow: { minRequests: 100, maxDuration: '10m' } };
const errors = { metric: 'error_rate', maxIncrease: 0.1 };
const of = (steps: object[], gates: object[], more: object = {}) => ({ name: 'p', steps, gates, ...more });

/** Cases of freeze windows, each written as its pattern, its duration and its time zone. */
const frozenBy = <Case extends unknown[]>(...cases: [string, string[], ...unknown[]][]): Case[] =>
  cases.map(([when, windows, ...more]) => {
    const freeze = windows.map((written) => {
      const [, cron, duration, timeZone = 'UTC'] = /^((?:\S+ ){4}\S+) (\S+)(?: (\S+))?$/.exec(written) ?? [];
      return { cron, duration, timeZone };
    });
    return [`frozen ${when}`, of([canary('10%')], [errors], { freeze }), ...more] as Case;
  });

/** Pointers of what is refused. */
function refused(document: unknown): string[] {
  try {
    parsePolicy(document);
    return [];
  } catch (error) {
    return (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  }
}

it('what was kept before it was refused is still read', () => {
  const kept = of(
    [
      { approval: { maxDuration: '0s' } },
      canary('10%'),
      { canary: { weight: '20%', minRequests: 1, maxDuration: '0s' } },
    ],
    [{ metric: 'prometheus', query: 'x', min: 5, max: 1 }],
    { freeze: [{ cron: '* * * * *', duration: '1m' }] },
  );
  expect(parseKeptPolicy(kept)).toMatchObject({ gates: [{}], freeze: [{}] });
});

describe('what can never be met does not validate', () => {
  it.each<[string, object, string[]]>([
    ['everybody held back', of([canary('10%'), bake('100%')], [errors]), ['/steps/1/bake/holdBack']],
    ['everybody held back, after a shadow', of([shadow, bake('100%')], [errors]), ['/steps/1/bake/holdBack']],
    [
      'bounds that no value is within',
      of([canary('10%')], [{ metric: 'prometheus', query: 'x', min: 5, max: 1 }], {
        promoteWhen: 'notFailed',
      }),
      ['/gates/0/min'],
    ],
    [
      'nothing to ask',
      of([canary('10%')], [{ metric: 'prometheus', query: ' \n', max: 1 }]),
      ['/gates/0/query'],
    ],
    [
      'a placeholder where nothing is filled in',
      of([canary('10%')], [{ metric: 'http', url: 'https://h.example/{{model}}' }]),
      ['/gates/0/url'],
    ],
    [
      'an approval within no time',
      of([{ approval: { maxDuration: '0s' } }, canary('10%')], [errors]),
      ['/steps/0/approval/maxDuration'],
    ],
    [
      'a canary of no time',
      of([{ canary: { weight: '10%', minRequests: 10, maxDuration: '0s' } }], [errors]),
      ['/steps/0/canary/maxDuration'],
    ],
    [
      'a shadow of no time',
      of([{ shadow: { minRequests: 10, maxDuration: '0ms' } }, canary('10%')], [errors]),
      ['/steps/0/shadow/maxDuration'],
    ],
    ['agreement in every case', of([shadow], [{ metric: 'agreement', min: 1 }]), ['/gates/0/min']],
    ['a perfect correlation', of([shadow], [{ metric: 'rank_correlation', min: 1 }]), ['/gates/0/min']],
    [
      'not one failure more',
      of([canary('10%')], [{ metric: 'error_rate', maxIncrease: 0 }]),
      ['/gates/0/maxIncrease'],
    ],
    [
      'not one violation more',
      of([canary('10%')], [{ metric: 'schema_violations', maxIncrease: 0 }]),
      ['/gates/0/maxIncrease'],
    ],
    [
      'not one click less',
      of([canary('10%')], [{ metric: 'feedback.click', maxDecrease: 0 }]),
      ['/gates/0/maxDecrease'],
    ],
    [
      'a query for what nothing stands for',
      of([canary('10%')], [{ metric: 'prometheus', query: 'up{m="{{modelName}}"}', max: 1 }], {
        promoteWhen: 'notFailed',
      }),
      ['/gates/0/query'],
    ],
    ...['up{m="{{}}"}', 'up{m="{{model"}', '{{ model', 'up{{{modelName}}="a"}', 'x{{1}}'].map(
      (query): [string, object, string[]] => [
        `a query with half a placeholder: ${query}`,
        of([canary('10%')], [{ metric: 'prometheus', query, max: 1 }], { promoteWhen: 'notFailed' }),
        ['/gates/0/query'],
      ],
    ),
    ...frozenBy<[string, object, string[]]>(
      ['always', ['* * * * * 1h'], ['/freeze/0']],
      ['each hour for an hour', ['0 * * * * 1h'], ['/freeze/0']],
      ['each month for a month', ['0 0 1 * * 31d'], ['/freeze/0']],
      ['always, beside a window that closes', ['0 22 * * * 8h', '*/5 * * * * 5m'], ['/freeze/1']],
      ['by day and by night', ['0 0 * * * 12h', '0 12 * * * 12h'], ['/freeze']],
      ['on weekdays and weekends', ['0 0 * * 1 5d', '0 0 * * 6 2d'], ['/freeze']],
      ['in turns of a minute', ['*/2 * * * * 1m', '1-59/2 * * * * 1m'], ['/freeze']],
      ['in one half of the year and the other', ['* * * 1-6 * 1m', '* * * 7-12 * 1m'], ['/freeze']],
      ['by two clocks', ['0 0 * * * 14h', '0 12 * * * 14h Europe/Berlin'], ['/freeze']],
    ),
    ['arms of which one is empty', of([canary('100%')], [{ metric: 'sample_ratio' }]), ['/gates/0']],
  ])('%s', (_what, document, pointers) => expect(refused(document)).toEqual(pointers));

  it.each<[string, object]>([
    ...['up{m="{{ model }}"}', 'up{{{model}}="a"}', 'rate(x[5m]) / {{version}}'].map(
      (query): [string, object] => [
        `a query with what something stands for: ${query}`,
        of([canary('10%')], [{ metric: 'prometheus', query, max: 1 }], { promoteWhen: 'notFailed' }),
      ],
    ),
    ...frozenBy<[string, object]>(
      ['never', []],
      ['at night', ['0 22 * * * 8h']],
      ['for all but a minute of each day', ['0 0 * * * 1439m']],
      ['by two windows with a gap', ['0 0 * * * 12h', '0 12 * * * 11h']],
      // More turns than a look follows, and a gap at the end of the day.
      ['in turns of a minute for 23 hours', ['*/2 0-22 * * * 1m', '1-59/2 0-22 * * * 1m']],
      ['in all months but one', ['* * * 1-6 * 1m', '* * * 8-12 * 1m']],
      ['for half of each minute', ['* * * * * 30s']],
      ['by two clocks that meet by one only', ['0 0 * * * 12h', '0 12 * * * 12h Asia/Kolkata']],
    ),
    ['a last canary for everybody', of([canary('50%'), canary('100%')], [errors])],
    [
      'the same, with gates that need both arms',
      of(
        [canary('50%'), canary('100%')],
        [{ metric: 'sample_ratio' }, { metric: 'error_rate', maxIncreaseRatio: 2 }],
      ),
    ],
    // Nobody can say then what it is compared with; it is taken off by its local trip, or by a person.
    ['one that comes first', of([canary('100%')], [errors])],
    ['a shadow before it', of([shadow, canary('100%')], [errors])],
    [
      'nothing that has to be proven',
      of([canary('100%')], [{ metric: 'error_rate', maxIncrease: 0 }], { promoteWhen: 'notFailed' }),
    ],
    [
      'a query with what is filled in',
      of(
        [canary('10%')],
        [{ metric: 'prometheus', query: 'a{m="{{ model }}",v!="{{from}}"} - {{version}}', max: 1 }],
      ),
    ],
    ['a gate that is only shown', of([shadow], [errors, { metric: 'agreement', min: 1, dryRun: true }])],
  ])('%s is fine', (_what, document) => expect(refused(document)).toEqual([]));
});

const START = 1_000_000;
const tally = (requests: number, bad: number): Tally => ({
  ...EMPTY_TALLY,
  ...{ requests, errors: bad, latency: sketchOf(Array.from({ length: requests }, () => 5)) },
});
const LADDER = parsePolicy(
  of(
    [canary('50%'), canary('100%')],
    [
      { ...errors, maxIncrease: 0.05 },
      { metric: 'sample_ratio' },
      { metric: 'error_rate', name: 'ratio', maxIncreaseRatio: 3 },
    ],
  ),
);
/** At 100 %, after a canary at 50 % in which both failed alike. */
const full = (bad: number, requests: number): Evidence => ({
  0: { ...NO_STEP_EVIDENCE, primary: tally(4_000, 40), candidate: tally(4_000, 40) },
  1: { ...NO_STEP_EVIDENCE, candidate: tally(requests, bad) },
});
const view: RolloutView = {
  ...{
    state: 'running',
    stepIndex: 1,
    stepStartedAt: START,
    clockStoppedAt: null,
    policy: LADDER,
    hasPrimary: true,
  },
  ...{ deployment: { state: 'ready', message: '' }, checks: null, approvedBy: [], lastGoodPrimaryAt: null },
  ...{ blockedBy: null, overridesFreeze: false },
};

describe('a canary for everybody', () => {
  it('is compared with the primary as it was before, and ends well', () => {
    expect(decide(view, full(20, 2_000), START + 30_000)).toMatchObject({ kind: 'promote' });
  });
  it('is taken off when it begins to fail then', () => {
    expect(decide(view, full(300, 2_000), START + 30_000)).toMatchObject({ kind: 'rollback' });
  });
  it('is not judged by what needs both arms, and never says that it has no data for ever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.nat(3_000), (requests, bad) => {
        const verdicts = judgeGates(LADDER, 1, full(Math.min(bad, requests), requests), 30_000);
        // Beside them: whether it has served anybody, which asks nothing of the primary.
        const gates = verdicts.map(({ gate }) => gate).filter((gate) => gate !== 'served');
        expect(gates).toEqual(['error_rate']);
        expect(verdicts[0]?.verdict).not.toBe('no_data');
      }),
    );
  });
});
