import { expect, it } from '@jest/globals';
import { Cron } from 'croner';
import fc from 'fast-check';
import { frozenAt } from './freeze.ts';
import { leaveNoGap } from './no-gap.ts';
import { parseKeptPolicy, parsePolicy } from '../index.ts';

const HALF_HOUR = 1_800_000;
const WEEK = 336;
/** A Monday in a summer, and one in a winter: a window that never closes is open in all of both weeks. */
const MONDAYS = [Date.UTC(2026, 6, 6), Date.UTC(2026, 10, 16)];

/** Windows whose weeks are alike, and whose ends fall on half hours, so that half an hour is as good as each of its moments. */
const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 });
const hour = fc.oneof(
  fc.constantFrom('*', '*/2', '1-23/2', '*/6', '0-11', '12-23'),
  hours.map((list) => list.join()),
);
const windows = fc.array(
  fc.record({
    cron: fc
      .tuple(fc.constantFrom('0', '30', '0,30'), hour, fc.constantFrom('*', '*', '1-5', '6,0', '0', '1,3,5'))
      .map(([minute, at, weekday]) => `${minute} ${at} * * ${weekday}`),
    halves: fc.oneof(fc.constantFrom(1, 2, 4, 24, 48, 96), fc.integer({ min: 1, max: 144 })),
    timeZone: fc.constantFrom('UTC', 'UTC', 'Asia/Kolkata', 'Europe/Berlin'),
  }),
  { minLength: 1, maxLength: 4 },
);
const written = (made: { cron: string; halves: number; timeZone: string }[]) => ({
  ...{ name: 'p', steps: [], gates: [], promoteWhen: 'notFailed' },
  freeze: made.map(({ cron, halves, timeZone }) => ({ cron, timeZone, duration: `${halves * 30}m` })),
});

it('a new policy is refused for its windows where no moment of a week in summer or winter is between them, and for nothing else', () => {
  const seen = { closing: 0, endless: 0 };
  fc.assert(
    fc.property(windows, (made) => {
      const { freeze } = parseKeptPolicy(written(made));
      const moments = MONDAYS.flatMap((monday) =>
        Array.from({ length: WEEK }, (_, half) => monday + half * HALF_HOUR + 1),
      );
      const isEndless = moments.every((moment) => frozenAt(freeze, moment) !== null);
      seen[isEndless ? 'endless' : 'closing']++;
      if (!isEndless) parsePolicy(written(made));
      else expect(() => parsePolicy(written(made))).toThrow('The policy has mistakes');
    }),
    { numRuns: 60, seed: 20 },
  );
  expect(Math.min(seen.closing, seen.endless)).toBeGreaterThan(6);
});

it('asks for each day of a window once at most, whatever the windows are and whichever their clocks', () => {
  const twenty = Array.from({ length: 20 }, (_, i) => ({
    ...{ cron: `${i}-59/20 * 1-31 * *`, durationMs: 60_000, reason: '' },
    timeZone: i % 2 === 0 ? 'Europe/Berlin' : 'UTC',
  }));
  const { match } = Cron.prototype;
  let asked = 0;
  Cron.prototype.match = function (...args) {
    asked++;
    return match.apply(this, args);
  };
  try {
    expect(leaveNoGap(twenty)).toBe(true);
  } finally {
    Object.assign(Cron.prototype, { match });
  }
  expect(asked).toBeLessThan(20 * 84 + 20 * 410);
});
