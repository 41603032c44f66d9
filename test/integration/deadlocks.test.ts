import { expect, it } from '@jest/globals';
import { type Job, runAtOnce, startBusyModels } from '../support/busy-models.ts';
import { busyRegistry } from '../support/busy-registry.ts';

/** How often each of them does it; 40 in `npm run test:nightly`. */
const ROUNDS = Number(process.env['DEADLOCK_ROUNDS'] ?? 8);

/** Which callers of the database are there at once; `null`: all of them. */
const AT_ONCE: Readonly<Record<string, RegExp | null>> = {
  'gateways and callers': /evidence|feedback/,
  'gateways, callers and workers': /evidence|feedback|sweep|tidying|decisions/,
  'workers and people': /sweep|tidying|decisions|pauses|rollbacks|promotions|releases|trips/,
  'people who chain environments': /environments/,
  'subscriptions, deliveries and the installation':
    /tokens|subscriptions|deliver|retention|releases|decisions/,
  everybody: null,
};

it.each(Object.entries(AT_ONCE))(
  '%s at once: PostgreSQL finds no deadlock',
  async (_who, which) => {
    const busy = await startBusyModels(6);
    await busy.addSubscription();
    const jobs = Object.entries<Job>(busy.jobs).filter(([name]) => which === null || which.test(name));
    const registry = which === null ? Object.values<Job>(await busyRegistry(busy.uowOf)) : [];
    const all = [...jobs.map(([, job]) => job), ...registry];
    await runAtOnce([...all, ...all], ROUNDS);
    expect(await busy.close()).toBe(0);
  },
  300_000,
);

it('people and pipelines at one registry: PostgreSQL finds no deadlock', async () => {
  const busy = await startBusyModels(1);
  const all = Object.values<Job>(await busyRegistry(busy.uowOf));
  await runAtOnce([...all, ...all], ROUNDS);
  expect(await busy.close()).toBe(0);
}, 300_000);
