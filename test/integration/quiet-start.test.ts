import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startInstallation } from '../support/installation.ts';

it('processes that start and end as they should have nothing to warn of', async () => {
  const site = await startInstallation();
  const processes = [site.worker, site.gateway];
  // Some turns of whatever repeats itself.
  await sleep(2_000);
  await site.close();
  expect(processes.map((one) => one.output())).toEqual(['', '']);
});
