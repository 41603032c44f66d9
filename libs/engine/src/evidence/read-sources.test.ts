import { describe, expect, it } from '@jest/globals';
import type { SourceReading } from '#libs/rollout';
import { nextReading } from '../index.ts';

const NOW = 1_000_000;
const asked = { stepMs: 5, requests: 5 };
const bad = { outcome: 'fail' as const, value: 1, because: 'too many' };
const before = (over: Partial<SourceReading>): SourceReading => ({
  ...{ ...bad, at: NOW, consecutiveFailures: 1, consecutiveErrors: 0 },
  ...over,
});
const after = (reading: SourceReading | null, answer: Parameters<typeof nextReading>[1], ms: number) =>
  nextReading(reading, answer, { asked, intervalMs: 10_000, now: NOW + ms });

describe('the reading after an answer', () => {
  it('counts a blip that is looked at twice as one bad reading', () => {
    expect(after(null, bad, 0).consecutiveFailures).toBe(1);
    expect(after(before({}), bad, 2_000).consecutiveFailures).toBe(1);
    expect(after(before({}), bad, 10_000).consecutiveFailures).toBe(2);
    expect(after(before({ consecutiveFailures: 0, outcome: 'pass' }), bad, 2_000).consecutiveFailures).toBe(
      1,
    );
    expect(after(before({}), { ...bad, outcome: 'pass' }, 2_000).consecutiveFailures).toBe(0);
  });

  it('keeps, after none, what was said before and what the step had behind it then', () => {
    const kept = after(before({ asked: { stepMs: 1, requests: 1 } }), new Error('away'), 10_000);
    expect(kept).toMatchObject({
      outcome: 'fail',
      because: 'away',
      consecutiveErrors: 1,
      asked: { stepMs: 1 },
    });
    expect(after(before({}), new Error('away'), 10_000)).not.toHaveProperty('asked');
    expect(after(null, { ...bad, outcome: null }, 0)).toMatchObject({
      outcome: null,
      consecutiveErrors: 0,
      asked,
    });
  });
});
