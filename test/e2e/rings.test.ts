import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Installation, startInstallation } from '../support/installation.ts';
import { json, startModelServer, type TestModelServer } from '../support/model-servers/model-server.ts';

/** Staff first, then pilots, then shares of everybody, through real processes. */
let system: Installation;
const servers: TestModelServer[] = [];
const serving = async (version: number, status = 200): Promise<string> => {
  const server = await startModelServer((_q, _b, response) => json(response, { version }, status));
  servers.push(server);
  return server.url;
};
beforeAll(async () => {
  system = await startInstallation();
}, 120_000);
afterAll(async () => {
  await system.close();
  await Promise.all(servers.map((one) => one.stop()));
});

const release = async (model: string, servingUrl: string, policy: unknown): Promise<string> => {
  const { body, status } = await system.api.call('POST', `/models/${model}/versions`, {
    ...{ createModel: true, servingUrl, rollout: { policy } },
  });
  expect([status, body['detail']]).toEqual([201, undefined]);
  return String(body['rollout'].id);
};
const rollout = async (id: string) => (await system.api.call('GET', `/rollouts/${id}`)).body;
const AT_ONCE = { name: 'at once', steps: [], gates: [], promoteWhen: 'notFailed' };

/** One request. @returns the version that answered, and whether it is in an arm */
async function ask(model: string, unit: string, team = ''): Promise<{ version: string; judged: boolean }> {
  const response = await fetch(`${system.gatewayUrl}/models/${model}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-understudy-unit': unit, 'x-team': team },
    body: '{}',
  });
  await response.text();
  const { headers } = response;
  return { version: headers.get('x-understudy-version') ?? '', judged: headers.has('x-understudy-receipt') };
}
async function model(name: string): Promise<void> {
  const first = await release(name, await serving(1), AT_ONCE);
  await eventually(
    () => rollout(first),
    (one) => one['state'] === 'succeeded',
  );
  const segments = {
    staff: { header: 'x-team', values: ['staff'] },
    pilots: { units: Array.from({ length: 100 }, (_, i) => `pilot-${i}`) },
  };
  expect((await system.api.call('PUT', `/models/${name}/segments`, segments)).status).toBe(200);
}
const gates = [{ metric: 'error_rate', maxIncrease: 0.2, startPeriod: '0s' }];
const units = (kind: string): string[] => Array.from({ length: 100 }, (_, i) => `${kind}-${i}`);
const all = <T>(list: readonly string[], one: (unit: string) => Promise<T>): Promise<T[]> =>
  Promise.all(list.map(one));
const versionsOf = (answers: { version: string }[]): string[] =>
  [...new Set(answers.map(({ version }) => version))].sort();

it('staff first, then pilots, then a share of everybody, and who has it keeps it', async () => {
  await model('steps');
  const ring = (more: object) => ({ canary: { ...more, minRequests: 15, maxDuration: '1h' } });
  const id = await release('steps', await serving(2), {
    ...{ name: 'rings', promoteWhen: 'notFailed', gates },
    steps: [ring({ segment: 'staff' }), ring({ segments: ['staff', 'pilots'] }), ring({ weight: '1%' })],
  });
  const atStep = (index: number) =>
    eventually(
      () => rollout(id),
      ({ step }) => step?.index >= index && step.startedAt !== null,
    );
  expect((await atStep(0))['step']).toMatchObject({ index: 0, segments: ['staff'], weight: 5_000 });
  await eventually(
    () => ask('steps', 'someone'),
    ({ judged }) => !judged,
  );
  const outsiders = await all([...units('other'), ...units('pilot')], (unit) => ask('steps', unit));
  expect([versionsOf(outsiders), outsiders.some(({ judged }) => judged)]).toEqual([['1'], false]);
  const staff = units('staff');
  const first = await all(staff, (unit) => ask('steps', unit, 'staff'));
  expect([versionsOf(first), first.every(({ judged }) => judged)]).toEqual([['1', '2'], true]);
  const resolved = await all(staff, async (unit) => {
    const { body } = await system.api.call('GET', `/models/steps/resolve?unit=${unit}&segment=staff`);
    return { version: String(body['version']) };
  });
  expect(resolved.map(({ version }) => version)).toEqual(first.map(({ version }) => version));

  await atStep(1);
  // Before the pilots, whose requests meet what the step asks for: it is over at any time then.
  expect(versionsOf(await all(units('other'), (unit) => ask('steps', unit)))).toEqual(['1']);
  const pilots = await all(units('pilot'), (unit) => ask('steps', unit));
  expect(versionsOf(pilots)).toEqual(['1', '2']);

  expect((await atStep(2))['step']).toMatchObject({ segments: null, weight: 100 });
  const [later, laterPilots] = [
    await all(staff, (unit) => ask('steps', unit, 'staff')),
    await all(units('pilot'), (unit) => ask('steps', unit)),
  ];
  for (const [before, after] of [
    [first, later],
    [pilots, laterPilots],
  ] as const) {
    for (const [i, { version }] of before.entries()) if (version === '2') expect(after[i]?.version).toBe('2');
    // Some of them have it not by lot.
    expect(after.some(({ judged }) => judged)).toBe(false);
  }
}, 120_000);

it('a candidate that fails in its ring is taken off, and nobody outside has ever met it', async () => {
  await model('bad');
  const url = await serving(2, 500);
  const id = await release('bad', url, {
    ...{ name: 'rings', promoteWhen: 'notFailed', gates, localTrip: false },
    steps: [
      { canary: { segment: 'staff', minRequests: 5_000, maxDuration: '1h' } },
      { canary: { weight: '50%', minRequests: 10, maxDuration: '1h' } },
    ],
  });
  await eventually(
    () => rollout(id),
    ({ step }) => typeof step?.startedAt === 'string',
  );
  const outside: { version: string }[] = [];
  const ended = await eventually(
    async () => {
      outside.push(...(await all(units('other'), (unit) => ask('bad', unit))));
      await all(units('staff'), (unit) => ask('bad', unit, 'staff'));
      return rollout(id);
    },
    ({ state }) => state === 'rolled_back',
  );
  expect(ended['state']).toBe('rolled_back');
  expect(versionsOf(outside)).toEqual(['1']);
  const { body } = await system.api.call('GET', `/rollouts/${id}/evidence`);
  const step = body['items'][0];
  // The primary's arm has staff only, who are as many in each arm by lot.
  expect(step.primary.requests).toBeLessThan(outside.length);
  expect(step.candidate.requests).toBeGreaterThan(0);
}, 120_000);
