import { expect, it } from '@jest/globals';
import { gateNamed } from './gate-shown.ts';
import { unitOf } from './gate-unit.ts';
import { gateTitleWords } from './gate-words.ts';

const policy = {
  gates: [
    { metric: 'error_rate', maxIncrease: 0.02 },
    { metric: 'error_rate', name: 'doubled', maxIncreaseRatio: 2 },
    { metric: 'agreement', min: 0.8 },
    { metric: 'latency_p95', maxIncrease: 250 },
    { metric: 'latency_p99', maxIncreaseRatio: 1.5 },
    { metric: 'feedback.click', maxDecrease: 0.01 },
    { metric: 'feedback.revenue', values: 'mean', maxDecrease: 0.5 },
    { metric: 'latency_mean', maxIncreaseRatio: 1.2 },
    { metric: 'latency_mean', name: 'bounded', maxIncreaseRatio: 1.2, range: [0, 1_000] },
    { metric: 'output_tokens_mean', minRatio: 0.8 },
    { metric: 'input_drift', max: 0.25 },
    'nonsense',
    null,
  ],
};
const said = (name: string, value: number | null) => unitOf(gateNamed(policy, name), name).say(value);

it.each([
  ['error_rate', 0.0123, '+1.23 points'],
  ['error_rate', -0.002, '−0.2 points'],
  ['error_rate', 0, '0 points'],
  ['error_rate', null, '–'],
  ['doubled', 1.25, '1.25 ×'],
  ['agreement', 0.957, '95.7 %'],
  ['latency_p95', 12.34, '+12.3 ms'],
  ['latency_p99', 1.5, '1.5 ×'],
  ['feedback.click', 0.01, '1 points fewer'],
  ['feedback.click', -0.01, '−1 points fewer'],
  ['latency_mean', 35, '+35 ms'],
  ['bounded', 1.1, '1.1 ×'],
  ['output_tokens_mean', -40, '−40'],
  ['feedback.revenue', -0.5, '−0.5'],
  ['input_drift', 0.1, '0.1'],
  ['served', 0.5, '50 %'],
])('%s: %d is told as %s', (name, value, words) => {
  expect(said(name, value)).toBe(words);
});

it.each([
  ['error_rate', 'Errors'],
  ['doubled', 'doubled'],
  ['latency_p95', 'Latency, p95'],
  ['feedback.click', 'Feedback: click'],
  ['served', 'Has served callers'],
  ['something new', 'something new'],
])('%s is called %s', (name, words) => {
  expect(gateTitleWords(gateNamed(policy, name), name)).toBe(words);
});

it.each([null, undefined, 'text', 3, {}, { gates: 'x' }])('a policy that says %p has no gates', (odd) => {
  expect(gateNamed(odd, 'error_rate')).toBeUndefined();
});
