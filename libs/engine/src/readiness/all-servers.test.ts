import { expect, it } from '@jest/globals';
import { keepsCallers, takesCallers, type Readiness } from '#libs/traffic';
import { together } from './all-servers.ts';

const of = (states: string): readonly Readiness[] =>
  [...states].map((letter) => ({
    state: ({ r: 'ready', a: 'alive', n: 'not_ready', u: 'unreachable' } as const)[letter as 'r'],
    because: `said ${letter}`,
  }));
const urls = Array.from({ length: 8 }, (_, at) => `http://s${at}?key=secret`);

it.each([
  ['r', 'ready'],
  ['n', 'not_ready'],
  ['u', 'unreachable'],
  ['rr', 'ready'],
  ['ra', 'alive'],
  ['rn', 'partly'],
  ['ru', 'partly'],
  ['nr', 'partly'],
  ['rnn', 'not_ready'],
  ['rrn', 'partly'],
  ['uu', 'unreachable'],
  ['un', 'not_ready'],
  ['rrrrnnnn', 'partly'],
  ['rrrnnnnn', 'not_ready'],
])('replicas that say %s: %s', (states, expected) => {
  const said = together(urls, of(states));
  expect(said.state).toBe(expected);
  // Callers who are elsewhere come when all are ready; those who are there stay with half of them.
  const ready = [...states].filter((one) => one === 'r' || one === 'a').length;
  expect(takesCallers(said)).toBe(ready === states.length);
  expect(keepsCallers(said)).toBe(ready * 2 >= states.length);
  expect(said.because).not.toContain('secret');
});

it('names those that are not ready, and no more than a few', () => {
  expect(together(urls, of('rnr')).because).toBe('1 of 3 serving URLs is not ready: http://s1?key=…: said n');
  expect(together(urls, of('nnnnnnnn')).because).toContain('and 5 more');
});

it('says where they are ready when all say so at the same path', () => {
  const at = (...paths: (string | undefined)[]) =>
    together(
      urls.slice(0, paths.length),
      paths.map((path) => ({ ...of('r')[0]!, ...(path === undefined ? {} : { readyPath: path }) })),
    ).readyPath;
  expect([at('/health'), at('/health', '/health'), at('/health', '/ping'), at('/health', undefined)]).toEqual(
    ['/health', '/health', undefined, undefined],
  );
});
