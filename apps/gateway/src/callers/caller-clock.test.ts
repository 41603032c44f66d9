import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CallerClock, type ClockReading, type Late } from './caller-clock.ts';

const LIMITS = { headMs: 15_000, pauseMs: 60_000, idleMs: 65_000, stuckMs: 60_000 };
const SWEEP_MS = 500;
const AT: ClockReading = { phase: 'body', unsent: 0, leaving: 0, given: 0, contested: null };

/** Something that the clock is told, so many milliseconds after what was before it. */
type Step = readonly [afterMs: number, tell: (clock: CallerClock, now: number) => void, at: ClockReading];

/** @returns who was late, and when: the clock is asked twice a second, as the server asks it */
function play(clock: CallerClock, steps: readonly Step[], untilMs: number): [Late, number] | null {
  let at: ClockReading = { ...AT, phase: 'idle' };
  let next = 0;
  let due = steps[0]?.[0] ?? Infinity;
  for (let now = 0; now <= untilMs; now += SWEEP_MS) {
    while (due <= now && next < steps.length) {
      const [, tell, then] = steps[next] ?? [0, () => undefined, at];
      tell(clock, due);
      at = then;
      next++;
      due += steps[next]?.[0] ?? Infinity;
    }
    const late = clock.late(now, at);
    if (late) return [late, now];
  }
  return null;
}

const began: Step = [0, (clock, now) => clock.requestBegan(now), AT];
const came = (afterMs: number, at = AT): Step => [afterMs, (clock, now) => clock.restart(now), at];

describe('the body of a request', () => {
  it('is cut off by a pause, never by how long it takes', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: LIMITS.pauseMs - SWEEP_MS }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(pauses, (all) => {
        const total = all.reduce((sum, one) => sum + one, 0);
        const steps = [began, ...all.map((ms) => came(ms))];
        expect(play(new CallerClock(LIMITS, 0), steps, total)).toBeNull();
        const [late, at] = play(new CallerClock(LIMITS, 0), steps, total + 2 * LIMITS.pauseMs) ?? ['end', 0];
        expect(late).toBe('body');
        expect(Math.abs(at - total - LIMITS.pauseMs)).toBeLessThanOrEqual(2 * SWEEP_MS);
      }),
    );
  });

  it('is no pause while the answer to it leaves', () => {
    const steps = [began, ...Array.from({ length: 20 }, (_, i) => came(0, { ...AT, given: i + 1 }))];
    const told = steps.map(([, tell, at], i): Step => [
      i === 0 ? 0 : 30_000,
      i === 0 ? tell : () => undefined,
      at,
    ]);
    expect(play(new CallerClock(LIMITS, 0), told, 20 * 30_000)).toBeNull();
  });

  const flow = (bytesASecond: number, contested: boolean): Step[] => [
    began,
    ...Array.from({ length: 600 }, (_, i) =>
      came(1_000, { ...AT, contested: contested ? (i + 1) * bytesASecond : null }),
    ),
  ];
  it.each([
    ['1 KB a second, for nobody waits', flow(1_000, false), null],
    ['1 byte a second, for nobody waits', flow(1, false), null],
    ['1 KB a second, while others wait', flow(1_000, true), null],
    ['100 bytes a second, while others wait', flow(100, true), 'body'],
  ] as const)('that holds a connection comes with %s', (_, steps, late) => {
    expect(play(new CallerClock(LIMITS, 0), steps, 600_000)?.[0] ?? null).toBe(late);
  });
});

describe('a head', () => {
  it('has a total time, however steadily it comes', () => {
    const drips = Array.from({ length: 100 }, (): Step => [
      300,
      (clock, now) => clock.headBegan(now),
      { ...AT, phase: 'idle' },
    ]);
    const [late, at] = play(new CallerClock(LIMITS, 0), drips, 60_000) ?? ['end', 0];
    expect(late).toBe('head');
    expect(at).toBeLessThanOrEqual(LIMITS.headMs + 300 + SWEEP_MS);
  });
});

describe('an answer that its caller reads slowly', () => {
  const reading = (everyMs: number, phase: ClockReading['phase']): Step[] => [
    [
      0,
      (clock, now) => (phase === 'closing' ? clock.closing(now, true) : clock.requestBegan(now)),
      { ...AT, phase, unsent: 8_000_000, leaving: 8_000_001 },
    ],
    ...Array.from({ length: 50 }, (_, i): Step => [
      everyMs,
      () => undefined,
      { ...AT, phase, unsent: 8_000_000, leaving: 8_000_000 - i },
    ]),
  ];
  it.each(['answering', 'closing', 'body', 'idle'] as const)(
    'leaves, however long that takes, as long as it reads at all (%s)',
    (phase) => {
      expect(play(new CallerClock(LIMITS, 0), reading(50_000, phase), 50 * 50_000)).toBeNull();
    },
  );

  it.each(['answering', 'closing', 'idle'] as const)('ends when it reads nothing (%s)', (phase) => {
    const [late, at] = play(new CallerClock(LIMITS, 0), reading(61_000, phase), 1e6) ?? ['body', 0];
    expect(late).toBe('end');
    expect(at).toBeLessThan(61_000 * 2 + SWEEP_MS);
  });
});

describe('a connection that closes', () => {
  const closing = (isWhole: boolean, everyMs: number, times: number): Step[] => [
    [0, (clock, now) => clock.closing(now, isWhole), { ...AT, phase: 'closing' }],
    ...Array.from({ length: times }, () => came(everyMs, { ...AT, phase: 'closing' })),
  ];
  it.each([
    ['at once, as its request was whole', closing(true, 0, 0), 1_500],
    ['when its caller has been quiet for 5 s', closing(false, 2_000, 5), 15_500],
    ['after 30 s at most', closing(false, 1_000, 100), 30_500],
  ] as const)('ends %s', (_, steps, at) => {
    expect(play(new CallerClock(LIMITS, 0), steps, 100_000)).toEqual(['end', at]);
  });
});
