import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { PAGES } from './dashboard.ts';

// What the dashboard leads to is still there when it is loaded anew, or sent to somebody as a link.
it('serves each page that the dashboard knows', () => {
  const routes = readFileSync('apps/dashboard/src/main.tsx', 'utf8').matchAll(/<Route path="([^"]+)"/g);
  expect([...routes].map(([, page]) => page).sort()).toEqual([...PAGES].sort());
});
