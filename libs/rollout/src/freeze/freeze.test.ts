import { describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import fc from 'fast-check';
import { frozenAt, isAlwaysOpen } from './freeze.ts';
import { parseKeptPolicy, planOf } from '../index.ts';
import type { FreezeWindow } from '../policy/policy.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (text: string): number => Date.parse(text);
const window = (cron: string, durationMs: number, timeZone = 'UTC'): FreezeWindow => ({
  ...{ cron, durationMs, timeZone, reason: 'r' },
});

// prettier-ignore
describe('a window', () => {
  it.each<[name: string, windows: FreezeWindow[], now: string, until: string | null]>([
    ['is closed before it opens', [window('0 18 * * 5', 62 * HOUR)], '2026-11-27T17:59:59Z', null],
    ['is open from its run on', [window('0 18 * * 5', 62 * HOUR)], '2026-11-27T18:00:00Z', '2026-11-30T08:00:00Z'],
    ['is closed from its end on', [window('0 18 * * 5', 62 * HOUR)], '2026-11-30T08:00:00Z', null],
    ['goes on with its own next run', [window('0 0 * 12 *', DAY)], '2026-12-24T12:00:00Z', '2027-01-01T00:00:00Z'],
    ['goes on minute by minute', [window('* 9-17 * * 1-5', MINUTE)], '2026-11-27T09:30:10Z', '2026-11-27T18:00:00Z'],
    ['goes on for a month of minutes', [window('* * * 12 *', MINUTE)], '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['has a nickname', [window('@weekly', 2 * DAY)], '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['is followed by another', [window('0 9 * * *', 8 * HOUR), window('0 17 * * 1', HOUR)], '2026-11-30T10:00:00Z', '2026-11-30T18:00:00Z'],
    ['is of a zone', [window('0 0 * * *', HOUR, 'Asia/Kolkata')], '2026-11-29T18:45:00Z', '2026-11-29T19:30:00Z'],
    ['ends by the clock when clocks go back', [window('0 18 * * 5', 62 * HOUR, 'Europe/Berlin')], '2026-10-24T12:00:00Z', '2026-10-26T07:00:00Z'],
    ['ends by the clock when clocks go forward', [window('0 18 * * 5', 62 * HOUR, 'Europe/Berlin')], '2026-03-28T12:00:00Z', '2026-03-30T06:00:00Z'],
    ['lasts thirty days by the clock', [window('0 18 20 10 *', 30 * DAY, 'America/New_York')], '2026-11-18T12:00:00Z', '2026-11-19T23:00:00Z'],
    ['covers the hour that comes twice both times', [window('0 1 * * *', 90 * MINUTE, 'Europe/Berlin')], '2026-10-25T00:50:00Z', '2026-10-25T01:30:00Z'],
    ['stays open in the hour that comes twice', [window('30 2 * * *', 4 * HOUR, 'Europe/Berlin')], '2026-10-25T01:10:00Z', '2026-10-25T05:30:00Z'],
    ['opens late where its time is skipped, and lasts as long', [window('30 2 * * *', 4 * HOUR, 'Europe/Berlin')], '2026-03-29T01:00:00Z', '2026-03-29T05:00:00Z'],
    ['comes at the change when it is skipped as a whole', [window('15 2 * * *', 30 * MINUTE, 'Europe/Berlin')], '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'],
    ['comes at a change that skips a day', [window('0 9 30 12 *', 8 * HOUR, 'Pacific/Apia')], '2011-12-30T10:00:00Z', '2011-12-30T18:00:00Z'],
    ['whose end is skipped ends at the change', [window('0 0 * * *', 150 * MINUTE, 'Europe/Berlin')], '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z'],
  ])('%s', (_name, windows, now, until) => {
    const found = frozenAt(windows, at(now));
    expect(found && [new Date(found.until).toISOString(), found.endsThen]).toEqual(
      until && [new Date(at(until)).toISOString(), true],
    );
  });

  it.each<[windows: FreezeWindow[]]>([
    [[window('* * * * *', 10 * MINUTE)]],
    [[window('* * * * *', 31 * DAY)]],
    [[window('0 0 * * *', DAY, 'Europe/Berlin')]],
    [[window('0 0 1 * *', 31 * DAY)]],
    [[window('*/2 * * * *', MINUTE), window('1-59/2 * * * *', MINUTE)]],
    [[window('* * * 1-6 *', MINUTE), window('* * * 7-12 *', MINUTE)]],
  ])('without a gap has no end in sight %#', (windows) => {
    const now = at('2026-11-26T03:04:05Z');
    const found = frozenAt(windows, now);
    expect(found).toMatchObject({ endsThen: false });
    expect(found?.until).toBeGreaterThan(now + 30 * MINUTE);
  });
});

it('says of a kept policy that can never promote that it cannot', () => {
  const policy = (cron: string) =>
    parseKeptPolicy({
      name: 'p',
      steps: [],
      gates: [],
      promoteWhen: 'notFailed',
      freeze: [{ cron, duration: '10m' }],
    });
  expect(planOf(policy('* * * * *'), null).text.join()).toMatch(/That is always/);
  expect(planOf(policy('*/20 * * * *'), null).text.join()).not.toMatch(/That is always/);
});

/** Patterns of every kind of field, and durations from seconds to the longest. */
const field = (from: number, to: number) => {
  const value = fc.integer({ min: from, max: to });
  return fc.oneof(
    fc.constant('*'),
    value.map(String),
    fc.integer({ min: 1, max: 20 }).map((n) => `*/${Math.min(n, to)}`),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((list) => list.join()),
  );
};
const day = fc.oneof(
  fc.constant('*'),
  fc.constant('*'),
  field(1, 28),
  fc.constantFrom('L', '?', '15W', 'LW'),
);
const weekday = fc.oneof(
  fc.constant('*'),
  fc.constant('*'),
  field(0, 6),
  fc.constantFrom('5L', '1#2', 'MON-FRI'),
);
const crons = fc
  .tuple(field(0, 59), field(0, 23), day, field(1, 12), weekday)
  .map((fields) => fields.join(' '));
const durations = fc.oneof(
  fc.integer({ min: 1, max: 3 * DAY }),
  fc.integer({ min: 1, max: 31 * DAY }),
  fc.constantFrom(1_000, MINUTE, HOUR, DAY, 31 * DAY),
);
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
);
const instants = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2029-01-01T00:00:00Z') });

it('is open exactly when its last run is less than its duration ago (in UTC, by croner)', () => {
  fc.assert(
    fc.property(crons, durations, instants, (cron, durationMs, now) => {
      const pattern = new Cron(cron, { paused: true, mode: '5-part', timezone: 'UTC' });
      const [last] = pattern.previousRuns(1, new Date(now + 1));
      const isOpen = last !== undefined && last.getTime() + durationMs > now;
      expect(frozenAt([window(cron, durationMs)], now) !== null).toBe(isOpen);
    }),
    { numRuns: 1_000 },
  );
});

it('is frozen until the end that it names, and no longer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(crons, durations, zones), { minLength: 1, maxLength: 3 }),
      instants,
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (made, now, share) => {
        const windows = made.map((one) => window(...one));
        const found = frozenAt(windows, now);
        if (found === null) return;
        expect(found.until).toBeGreaterThan(now);
        const between = Math.min(found.until - 1, Math.floor(now + (found.until - now) * share));
        if (found.endsThen) {
          expect(frozenAt(windows, between)).toMatchObject({ until: found.until, endsThen: true });
          expect(frozenAt(windows, found.until)).toBeNull();
        } else expect(frozenAt(windows, between)).not.toBeNull();
      },
    ),
    { numRuns: 300 },
  );
});

describe('the work of a decision', () => {
  /** How often croner is asked for a day or a run. */
  function asked(work: () => void): number {
    let count = 0;
    const { match, nextRun, previousRuns } = Cron.prototype;
    Cron.prototype.match = function (this: Cron, ...args) {
      count++;
      return match.apply(this, args);
    };
    Cron.prototype.nextRun = function (this: Cron, ...args) {
      count++;
      return nextRun.apply(this, args);
    };
    Cron.prototype.previousRuns = function (this: Cron, ...args) {
      count += args[0];
      return previousRuns.apply(this, args);
    };
    try {
      work();
    } finally {
      Object.assign(Cron.prototype, { match, nextRun, previousRuns });
    }
    return count;
  }

  it('does not grow with the runs of a window', () => {
    const now = at('2026-11-26T03:04:05Z');
    const twenty = Array.from({ length: 20 }, () => window('* * * * *', 31 * DAY));
    expect(asked(() => frozenAt(twenty, now))).toBeLessThan(200);
    expect(asked(() => frozenAt(twenty, now + 1))).toBe(0);
  });

  it('does not grow with the minutes that follow each other within its days', () => {
    // Its minutes of a month were walked one by one, at every look.
    const december = window('* * * 12 *', MINUTE);
    expect(asked(() => frozenAt([december], at('2026-12-01T00:00:00Z')))).toBeLessThan(84 + 500);
  });

  it('is bounded for whatever windows a policy may have', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(crons, durations, zones), { minLength: 20, maxLength: 20 }),
        instants,
        (made, now) => {
          const windows = made.map((one) => window(...one));
          // Taking the patterns apart, once; then days.
          expect(asked(() => frozenAt(windows, now))).toBeLessThan(20 * 84 + 40_000);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is small for windows that follow each other without an end', () => {
    const windows = Array.from({ length: 20 }, (_, i) =>
      window(`${i}-59/20 * * * *`, MINUTE, 'Europe/Berlin'),
    );
    expect(asked(() => frozenAt(windows, at('2026-11-26T03:04:05Z')))).toBeLessThan(20 * 84 + 2_000);
    expect(isAlwaysOpen({ cron: '* * * * *', durationMs: MINUTE })).toBe(true);
    expect(isAlwaysOpen({ cron: '* * * * *', durationMs: MINUTE - 1 })).toBe(false);
  });
});
