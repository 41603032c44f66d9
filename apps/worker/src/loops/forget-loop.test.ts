import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { DEFAULT_RETENTION, type RetentionStore } from '#libs/engine';
import { startForgetting } from './forget-loop.ts';

const YEAR_MS = 366 * 86_400_000;

it.each([
  ['as this machine says', 0, true],
  ['of a database whose clock has jumped a year ahead', YEAR_MS, false],
  ['of a machine whose clock has jumped a year ahead', -YEAR_MS, false],
])('the time is %s', async (_what, apart, deletes) => {
  const warned: string[] = [];
  let deleted = 0;
  const store: RetentionStore = {
    now: async () => Date.now() + apart,
    forget: async () => (deleted++, 0),
    forgetGoneGateways: async () => 0,
    clearSamples: async () => (deleted++, { rollouts: 0, rows: 0 }),
    compactEvidence: async () => (deleted++, { rollouts: 0, rows: 0 }),
  };
  const logger = { info: () => undefined, warn: (_of: unknown, text: string) => warned.push(text) };
  const loop = startForgetting(store, DEFAULT_RETENTION, new Registry(), logger as never, (error) => {
    throw error;
  });
  while (deleted === 0 && warned.length === 0) await sleep(5);
  await loop.stop();
  expect([deleted > 0, warned.length > 0]).toEqual([deletes, !deletes]);
});
