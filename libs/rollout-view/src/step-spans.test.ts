import { expect, it } from '@jest/globals';
import { stepSpans } from './step-spans.ts';

const policy = {
  steps: ['checks', { shadow: {} }, { canary: { weight: '10%' } }, { bake: { duration: '5s' } }],
};
const at = (second: number): string => new Date(second * 1_000).toISOString();
const advanced = (second: number, step: number) => ({
  at: at(second),
  type: 'rollout.advanced',
  data: { step },
});
const started = (second: number, step: number) => ({
  at: at(second),
  type: 'rollout.step_started',
  data: { step },
});

it('each step lasts until the next begins, and the last until the end', () => {
  const events = [
    { at: at(0), type: 'rollout.created', data: {} },
    ...[advanced(1, 0), advanced(3, 1), started(4, 1), advanced(9, 2), started(10, 2)],
    { at: at(12), type: 'rollout.promoted', data: {} },
    started(13, 3),
  ];
  expect(stepSpans(policy, events, at(18))).toEqual([
    { label: 'checks', from: 1_000, to: 3_000 },
    { label: 'shadow 100%', from: 3_000, to: 9_000 },
    { label: 'canary 10%', from: 9_000, to: 13_000 },
    { label: 'bake 5s', from: 13_000, to: 18_000 },
  ]);
  expect(stepSpans(policy, events, null).at(-1)?.to).toBeNull();
});

it('a step that begins anew after a pause is one, and without a policy it has a number', () => {
  expect(stepSpans(null, [advanced(1, 1), started(2, 1), started(8, 1)], null)).toEqual([
    { label: 'step 2', from: 1_000, to: null },
  ]);
});
