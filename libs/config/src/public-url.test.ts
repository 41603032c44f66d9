import { expect, test } from '@jest/globals';
import { loadConfig } from './config.ts';

test.each([
  ['https://ml.example', 'https://ml.example'],
  ['https://ML.example:443/', 'https://ml.example'],
  ['https://ml.example/understudy//', 'https://ml.example/understudy'],
  ['https://ml.example/a/api', 'https://ml.example/a/api'],
])('PUBLIC_URL %s is %s', (PUBLIC_URL, publicUrl) =>
  expect(loadConfig({ PUBLIC_URL }).publicUrl).toBe(publicUrl),
);

test.each([
  ['https://ml.example/models', /PUBLIC_URL: its path begins like one of our own/],
  ['https://ml.example/api/understudy/', /PUBLIC_URL: its path begins like one of our own/],
  ['https://ml.example/?x=1', /PUBLIC_URL: has a query/],
  ['https://ml.example/#x', /PUBLIC_URL: has a query/],
  ['https://me:secret@ml.example', /PUBLIC_URL: has a query, a fragment or credentials/],
  ['ml.example/understudy', /PUBLIC_URL: not a URL/],
])('PUBLIC_URL %s is refused', (PUBLIC_URL, because) =>
  expect(() => loadConfig({ PUBLIC_URL })).toThrow(because),
);
