import { expect, it } from '@jest/globals';
import { shownState } from './shown-state.ts';

const rollouts = [
  { version: 4, state: 'running' },
  { version: 3, state: 'aborted' },
  { version: 2, state: 'rolled_back' },
  { version: 3, state: 'succeeded' },
  { version: 2, state: 'succeeded' },
] as const;

it.each([
  [1, 'registered', 'registered'],
  [2, 'registered', 'rolled_back'],
  [3, 'registered', 'aborted'],
  [4, 'registered', 'registered'],
  [2, 'primary', 'primary'],
  [3, 'retired', 'retired'],
])('version %d, to the registry %s, is called %s', (version, state, shown) => {
  expect(shownState({ version, state: state as 'registered' }, rollouts)).toBe(shown);
});
