import { expect, it } from '@jest/globals';
import { tokenOfLink } from './token-of-link.ts';

it.each([
  ['127.0.0.1', '#token=us_abc1', 'us_abc1'],
  ['localhost', '#token=us_abc1', 'us_abc1'],
  ['[::1]', '#token=us_abc1', 'us_abc1'],
  ['127.0.0.1', '', null],
  ['127.0.0.1', '#token=', null],
  ['127.0.0.1', '#token=us_a&x', null],
  ['127.0.0.1', '#other', null],
  ['understudy.example', '#token=us_abc1', null],
  ['127.0.0.1.evil.example', '#token=us_abc1', null],
  ['localhost.evil.example', '#token=us_abc1', null],
])('at %s with %j: %j', (hostname, hash, token) => {
  expect(tokenOfLink({ hostname, hash })).toBe(token);
});
