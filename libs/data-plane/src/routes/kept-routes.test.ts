import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLogger } from '#libs/observe';
import { KeptRoutes } from './kept-routes.ts';
import type { KnownRoutes } from './route-file.ts';

const named = (key: string): KnownRoutes => ({ routes: [], receiptKey: key });

it('whatever the disk refuses, and however changes and writes overlap: in the end it has the last ones', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }),
      async (refusals, pauses) => {
        let onDisk = '';
        let current = '';
        const answers = [...refusals];
        const write = async (known: KnownRoutes): Promise<void> => {
          await sleep(1);
          if (answers.shift()) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          onDisk = known.receiptKey ?? '';
        };
        const kept = new KeptRoutes({ write }, () => named(current), createLogger('test', 'silent'), 2);
        for (const [i, pause] of pauses.entries()) {
          current = `change ${i}`;
          kept.changed();
          await sleep(pause);
        }
        for (let tries = 0; onDisk !== current && tries < 2_000; tries++) await sleep(2);
        expect(onDisk).toBe(current);
        await kept.stop();
      },
    ),
    { numRuns: 50 },
  );
});

it('a stop with a full disk is a stop', async () => {
  const write = () => Promise.reject(new Error('no space left on device'));
  const kept = new KeptRoutes({ write }, () => named('a'), createLogger('test', 'silent'));
  kept.changed();
  await kept.stop();
});
