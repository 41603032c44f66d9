import { expect, it } from '@jest/globals';
import { KeptTraces } from './kept-traces.ts';

it.each<[string, string, string]>([
  ['the first few', 'abcdef', 'abcd'],
  ['failed ones first', 'abcdX', 'Xabc'],
  ['failed ones rather than others', 'aXbYcZdW', 'XYZW'],
  ['the first few of many failed ones', 'VWXYZ', 'VWXY'],
  ['what there is', 'aX', 'Xa'],
  ['nothing of nothing', '', ''],
])('keeps %s', (_what, offered, kept) => {
  const traces = new KeptTraces();
  for (const one of offered) traces.offer(one, one === one.toUpperCase());
  expect(traces.names.join('')).toBe(kept);
});
