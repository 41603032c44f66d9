import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterMeeting, type Met, type PrimaryState, verdictOf, WELL } from './primary-state.ts';

type Step = { readonly afterMs: number } & (
  | { readonly kind: 'answered' | 'heard' }
  | { readonly kind: 'failed'; readonly isHeard: boolean }
  | { readonly kind: 'knocked'; readonly status: number | null }
);
const because = 'connect ECONNREFUSED';
const silence = (afterMs: number): Step => ({ kind: 'failed', isHeard: false, afterMs });
const error = (afterMs: number): Step => ({ kind: 'failed', isHeard: true, afterMs });
const knock = (status: number | null, afterMs: number): Step => ({ kind: 'knocked', status, afterMs });

/** @returns the state and what happened, at the end of the last step */
function play(steps: readonly Step[]): { state: PrimaryState; at: number; met: readonly Met[] } {
  let state = WELL;
  let at = 1_000;
  const met: Met[] = [];
  for (const { afterMs, ...step } of steps) {
    at += afterMs;
    const one = { because, ...step, at } as Met;
    met.push(one);
    state = afterMeeting(state, one);
  }
  return { state, at, met };
}
const verdict = (steps: readonly Step[], laterMs = 0) => {
  const { state, at } = play(steps);
  return verdictOf(state, at + laterMs)?.state ?? null;
};
const many = (step: Step, count: number): Step[] => Array.from({ length: count }, () => step);

describe('a primary, by what callers and knocks meet there', () => {
  it.each<[string, readonly Step[], number, string | null]>([
    ['nothing happened', [], 0, null],
    ['a burst of failures is a blip', many(silence(10), 50), 0, null],
    ['a few failures over 5 s', many(silence(2_500), 3), 0, 'unreachable'],
    ['two are too few', many(silence(9_000), 2), 0, null],
    ['one caller, then knocks', [silence(0), ...many(knock(null, 2_000), 3)], 0, 'unreachable'],
    [
      'an answer between',
      [silence(0), silence(3_000), { kind: 'answered', afterMs: 1 }, silence(3_000)],
      0,
      null,
    ],
    ['an error is an answer', [silence(0), silence(3_000), error(1), silence(3_000)], 0, null],
    ['nine errors', many(error(2_000), 9), 0, null],
    ['ten errors in a second', many(error(100), 10), 0, null],
    ['ten errors over 10 s', many(error(1_200), 10), 0, 'failing'],
    [
      'errors and silence in turn',
      many(error(1_000), 6).flatMap((one) => [one, silence(1_000)]),
      0,
      'failing',
    ],
    [
      'requests hang, and its health path answers',
      many(silence(1_500), 10).flatMap((one) => [one, knock(200, 1)]),
      0,
      'failing',
    ],
    ['it is back, and no caller has come', [...many(silence(2_500), 30), knock(200, 100)], 0, null],
    ['something in front of it answers 503', [...many(silence(2_500), 30), knock(503, 100)], 0, 'failing'],
    ['it is back with errors', [...many(silence(2_500), 30), knock(404, 100), error(1), error(1)], 0, null],
    ['a minute after the last one', many(silence(2_500), 5), 60_000, 'unreachable'],
    ['longer than a minute after', many(silence(2_500), 5), 60_001, null],
    ['failures a minute apart are none of one row', many(silence(61_000), 20), 0, null],
  ])('%s', (_what, steps, laterMs, expected) => {
    expect(verdict(steps, laterMs)).toBe(expected);
  });

  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.nat(4_000).map(silence) },
    { weight: 4, arbitrary: fc.nat(4_000).map(error) },
    { weight: 1, arbitrary: fc.nat(4_000).map((afterMs): Step => ({ kind: 'answered', afterMs })) },
    { weight: 1, arbitrary: fc.nat(4_000).map((afterMs): Step => ({ kind: 'heard', afterMs })) },
    fc
      .tuple(fc.constantFrom(null, 200, 404, 500, 503), fc.nat(4_000))
      .map(([status, afterMs]) => knock(status, afterMs)),
  );

  it('is never out without its failures: in any order, what is said can be counted in what happened', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { state, at, met } = play(steps);
        const out = verdictOf(state, at);
        if (!out) return;
        seen++;
        const lastGood = met.findLastIndex(({ kind }) => kind === 'answered');
        const since = met.slice(lastGood + 1);
        const failed = since.filter(
          (one) => one.kind === 'failed' || (one.kind === 'knocked' && one.status === null),
        );
        expect(failed.length).toBeGreaterThanOrEqual(out.failures);
        expect(failed.map((one) => one.at)).toContain(out.since);
        if (out.state === 'unreachable') {
          const lastHeard = met.findLastIndex(
            (one) =>
              one.kind === 'heard' ||
              one.kind === 'answered' ||
              (one.kind === 'failed' && one.isHeard) ||
              (one.kind === 'knocked' && one.status !== null),
          );
          expect(met.slice(lastHeard + 1)).toHaveLength(out.failures);
        } else expect(since.filter(({ kind }) => kind === 'failed').length).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 5_000 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  it('a good answer ends it, whatever was before; and whoever is silent for long enough is out, whatever was before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (before) => {
        expect(verdict([...before, { kind: 'answered', afterMs: 1 }])).toBeNull();
        expect(verdict([...before, ...many(silence(3_000), 4)])).toBe('unreachable');
        expect(verdict([...before, ...many(error(3_000), 12)])).toBe('failing');
      }),
    );
  });
});
