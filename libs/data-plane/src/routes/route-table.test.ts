import { expect, it } from '@jest/globals';
import type { Route } from '#libs/traffic';
import { RouteTable } from './route-table.ts';

const route = (revision: number, healthPath?: string): Route => ({
  ...{ model: 'm', salt: 's', revision, rolloutId: null, outputSpec: null, reading: null, candidate: null },
  primary: { version: 1, url: 'http://127.0.0.1:9', ...(healthPath === undefined ? {} : { healthPath }) },
});

it.each<[string, Route, Route, 'first' | 'second']>([
  ['a newer one', route(1), route(2), 'second'],
  ['an older one', route(2), route(1, '/up'), 'first'],
  ['the same', route(1, '/up'), route(1, '/other'), 'first'],
  ['the same with its health path, which the disk did not have', route(1), route(1, '/up'), 'second'],
  ['the same of an api that does not know health paths', route(1, '/up'), route(1), 'first'],
])('a route is followed by %s', (_what, first, second, kept) => {
  let changes = 0;
  const table = new RouteTable(() => changes++);
  table.apply([first]);
  table.apply([second]);
  expect(table.find('m')).toBe(kept === 'first' ? first : second);
  expect(changes).toBe(kept === 'first' ? 1 : 2);
});
