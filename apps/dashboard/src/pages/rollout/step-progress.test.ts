import { expect, it } from '@jest/globals';
import { stepProgress } from './step-progress.ts';

const policy = {
  steps: [
    'checks',
    { shadow: { minRequests: 300 } },
    { canary: { weight: '1%' } },
    { bake: { duration: '10m' } },
  ],
};
const step = (index: number, kind: string) =>
  ({
    ...{ policy, endedAt: null },
    step: {
      index,
      kind,
      startedAt: '2026-11-29T10:00:00.000Z',
      clockStoppedAt: null,
      segments: null,
      weight: 0,
    },
  }) as Parameters<typeof stepProgress>[0];
const none = { requests: 0 };
const now = Date.parse('2026-11-29T10:02:30.000Z');

it('a step fills by the requests that count, and a bake by its time', () => {
  const counts = [
    {
      ...{ step: 1, candidate: none, shadow: { requests: 160 } },
      startPeriods: [{ candidate: none, shadow: { requests: 10 } }],
    },
  ];
  expect(stepProgress(step(1, 'shadow'), counts, now)).toEqual({ share: 0.5, note: '150 of 300' });
  expect(stepProgress(step(1, 'shadow'), [], now)).toEqual({ share: 0, note: '0 of 300' });
  expect(stepProgress(step(3, 'bake'), counts, now)).toEqual({ share: 0.25, note: '25 % of its time' });
});

it('what says no minimum, has ended or has no such step fills by nothing', () => {
  for (const odd of [step(2, 'canary'), step(0, 'checks'), step(9, 'canary')])
    expect(stepProgress(odd, [], now)).toBeNull();
  expect(stepProgress({ ...step(1, 'shadow'), endedAt: '2026-11-29T10:01:00.000Z' }, [], now)).toBeNull();
  expect(stepProgress({ ...step(1, 'shadow'), step: null }, [], now)).toBeNull();
});
