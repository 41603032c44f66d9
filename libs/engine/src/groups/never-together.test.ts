import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#libs/kernel';
import { frozenAt, parseKeptPolicy, parsePolicy } from '#libs/rollout';
import { assertSomeMomentForAll } from './never-together.ts';

const HALF_HOUR = 1_800_000;
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 16);
const WEEK = Array.from({ length: 336 }, (_, half) => MONDAY + half * HALF_HOUR + 1);

/** Windows whose weeks are alike, and whose ends fall on half hours: most of a day, so that few of them are needed for all of it. */
const policies = fc
  .array(
    fc.record({
      from: fc.integer({ min: 0, max: 23 }),
      halves: fc.integer({ min: 12, max: 47 }),
      days: fc.constantFrom('*', '*', '*', '1-5'),
      timeZone: fc.constantFrom('UTC', 'UTC', 'Asia/Kolkata'),
      overrides: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((all) =>
    all.map(({ from, halves, days, timeZone, overrides }, i) => ({
      model: `m${i}`,
      overridesFreeze: overrides === 0,
      policy: {
        ...{ name: 'p', steps: [], gates: [], promoteWhen: 'notFailed' },
        freeze: [{ cron: `0 ${from} * * ${days}`, timeZone, duration: `${halves * 30}m` }],
      },
    })),
  );

it('a group is refused for its freeze windows where no moment of a week is between them, each model by itself having some, and for nothing else', () => {
  const seen = { some: 0, none: 0 };
  fc.assert(
    fc.property(policies, (made) => {
      const members = made.map(({ policy, ...one }) => ({ ...one, freeze: parseKeptPolicy(policy).freeze }));
      // Each is taken by itself.
      for (const { policy } of made) parsePolicy(policy);
      const isHeld = (at: number): boolean =>
        members.some(({ freeze, overridesFreeze }) => !overridesFreeze && frozenAt(freeze, at) !== null);
      const isNever = WEEK.every(isHeld);
      seen[isNever ? 'none' : 'some']++;
      if (isNever) expect(() => assertSomeMomentForAll(members)).toThrow(DomainError);
      else assertSomeMomentForAll(members);
    }),
    { numRuns: 150, seed: 20 },
  );
  expect(Math.min(seen.some, seen.none)).toBeGreaterThan(15);
});

it('says whose windows, and where they are', () => {
  const freezeOf = (cron: string, duration: string) =>
    parseKeptPolicy({
      name: 'p',
      steps: [],
      gates: [],
      promoteWhen: 'notFailed',
      freeze: [{ cron, duration }],
    }).freeze;
  const members = [
    { model: 'ads', freeze: freezeOf('0 6 * * *', '13h'), overridesFreeze: false },
    { model: 'calm', freeze: [], overridesFreeze: false },
    { model: 'fraud', freeze: freezeOf('0 18 * * *', '13h'), overridesFreeze: false },
  ];
  try {
    assertSomeMomentForAll(members);
    throw new Error('taken');
  } catch (error) {
    expect(error).toMatchObject({
      code: 'group_always_frozen',
      detail: expect.stringContaining('ads ("0 6 * * *" UTC for 13h) and fraud ("0 18 * * *" UTC for 13h)'),
      errors: [{ pointer: '/members/0/policy/freeze' }, { pointer: '/members/2/policy/freeze' }],
    });
  }
});
