import { expect, it } from '@jest/globals';
import { type Evidence, NO_STEP_EVIDENCE, parsePolicy } from '#libs/rollout';
import { EMPTY_TALLY } from '#libs/stats';
import { requestsPerSecond } from './traffic-seen.ts';

const { steps } = parsePolicy({
  name: 'p',
  steps: [
    { shadow: { minRequests: 5, maxDuration: '1m' } },
    { canary: { segments: ['staff'], percentage: '50%', minRequests: 5, maxDuration: '1m' } },
    { canary: { weight: '10%', minRequests: 5, maxDuration: '1m' } },
    { bake: { duration: '1m' } },
  ],
  gates: [{ metric: 'error_rate', maxIncrease: 0.1 }],
});
const counted = (primary: number, candidate: number, shadow = 0): Evidence[number] => ({
  ...NO_STEP_EVIDENCE,
  primary: { ...EMPTY_TALLY, requests: primary },
  candidate: { ...EMPTY_TALLY, requests: candidate },
  shadow: { ...EMPTY_TALLY, requests: shadow },
});
const started = (at: number, step: number) => ({ type: 'rollout.step_started', at, data: { step } });
const ended = (at: number) => ({ type: 'rollout.succeeded', at, data: {} });
const advanced = (at: number) => ({ type: 'rollout.advanced', at, data: {} });

it('is of both arms over the steps that have ended, and of no copies', () => {
  const events = [
    { type: 'rollout.created', at: 0, data: {} },
    ...[advanced(900), started(1_000, 0), advanced(11_000), started(11_000, 2), advanced(21_000)],
    ...[started(21_000, 3)],
  ];
  const evidence: Evidence = { 0: counted(100, 0, 100), 2: counted(90, 10), 3: counted(7, 0) };
  expect(requestsPerSecond(events, evidence, steps)).toBeCloseTo(10, 9);
});

it('leaves out rings, steps of a moment, and steps that nobody has counted', () => {
  const ring = [started(0, 1), ended(10_000)];
  expect(requestsPerSecond(ring, { 1: counted(100, 100) }, steps)).toBeNull();
  expect(requestsPerSecond([started(0, 2), ended(400)], { 2: counted(100, 10) }, steps)).toBeNull();
  expect(requestsPerSecond([started(0, 2), ended(4_000)], {}, steps)).toBeNull();
  expect(requestsPerSecond([started(0, 2)], { 2: counted(100, 10) }, steps)).toBeNull();
});

it('is over the time of an approval as well: what comes meanwhile is counted to the step before it', () => {
  const hours = 10 * 3_600_000;
  const events = [started(0, 2), advanced(300_000), advanced(300_000 + hours), started(300_000 + hours, 3)];
  expect(requestsPerSecond(events, { 2: counted(36_000, 300) }, steps)).toBeCloseTo(1, 9);
});

it('is over the whole of a step that was paused and resumed, and of none in which a clock was set back', () => {
  const resumed = { type: 'rollout.resumed', at: 50_000, data: {} };
  const events = [started(0, 2), resumed, started(51_000, 2), ended(100_000)];
  expect(requestsPerSecond(events, { 2: counted(90, 10) }, steps)).toBeCloseTo(1, 9);
  const setBack = { type: 'rollout.step_started', at: 8_000, data: { step: 2, setBack: true } };
  const before = [started(98_000, 2), setBack, ended(100_000)];
  expect(requestsPerSecond(before, { 2: counted(90, 10) }, steps)).toBeNull();
});
