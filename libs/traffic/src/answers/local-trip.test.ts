import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addOutcome, DEFAULT_TRIP, isTripped, type Recent } from './local-trip.ts';

const after = (outcomes: readonly boolean[]): Recent =>
  outcomes.reduce<Recent>((recent, failed) => addOutcome(recent, failed, DEFAULT_TRIP), []);

describe('the local trip', () => {
  it.each([
    ['eight at once', 'ffffffff', true],
    ['seven at once', 'fffffff', false],
    ['four of five', 'ffffoffffo', true],
    ['every second one', 'fofofofofofofofofofo', false],
    ['old failures are forgotten', 'fffffffooooooooof', false],
    ['nothing yet', '', false],
  ])('%s: %s', (_name, outcomes, tripped) =>
    expect(isTripped(after([...outcomes].map((c) => c === 'f')), DEFAULT_TRIP)).toBe(tripped),
  );

  it('holds no more than it needs, and trips exactly when so many of the last failed', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (outcomes) => {
        const recent = after(outcomes);
        expect(recent.length).toBeLessThanOrEqual(DEFAULT_TRIP.of);
        const failures = outcomes.slice(-DEFAULT_TRIP.of).filter(Boolean).length;
        expect(isTripped(recent, DEFAULT_TRIP)).toBe(failures >= DEFAULT_TRIP.failures);
      }),
    );
  });
});
