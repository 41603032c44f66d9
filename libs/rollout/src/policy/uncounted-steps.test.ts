import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { parsePolicy } from './parse-policy.ts';

const source = { metric: 'prometheus', query: 'sum(errors)', max: 1 };
const canary = (over: object) => ({
  canary: { weight: '10%', minRequests: 0, minDuration: '5m', maxDuration: '1h', ...over },
});
const counted = canary({ weight: '50%', minRequests: 100 });
const pointersOf = (steps: object[], gates: object[]): string[] => {
  try {
    parsePolicy({ name: 'p', steps, gates });
    return [];
  } catch (error) {
    return (error as DomainError).errors?.map(({ pointer }) => pointer) ?? [];
  }
};

describe('steps whose requests are counted elsewhere', () => {
  it.each<[string, object[], object[], string[]]>([
    ['a source has the say', [canary({})], [source], []],
    [
      'nobody has',
      [counted, canary({ weight: '60%' })],
      [{ metric: 'error_rate', maxIncrease: 0.1 }],
      ['/steps/1/canary/minRequests'],
    ],
    [
      'a source that is only shown',
      [canary({})],
      [
        { ...source, dryRun: true },
        { ...source, name: 'b', in: ['canary'] },
      ],
      [],
    ],
    [
      'a source of other steps',
      [canary({})],
      [{ ...source, in: ['shadow'] }],
      ['/gates/0/in', '/steps/0/canary/minRequests'],
    ],
    ['it is asked at once', [canary({ minDuration: '0s' })], [source], ['/steps/0/canary/minDuration']],
    [
      'a gate of requests that nobody counts',
      [canary({})],
      [source, { metric: 'error_rate', maxIncrease: 0.1 }],
      ['/gates/1'],
    ],
    [
      'a gate of requests that a later step counts',
      [canary({}), counted],
      [source, { metric: 'error_rate', maxIncrease: 0.1 }],
      [],
    ],
    [
      'a gate of requests that is only shown',
      [canary({})],
      [source, { metric: 'error_rate', maxIncrease: 0.1, dryRun: true }],
      [],
    ],
  ])('%s', (_what, steps, gates, pointers) => {
    expect(pointersOf(steps, gates)).toEqual(pointers);
  });
});
