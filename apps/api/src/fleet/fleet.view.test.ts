import { expect, it } from '@jest/globals';
import { fleetView, planeState } from './fleet.view.ts';

const late = (publishedAt: number) => [{ model: 'm', revision: 1, newest: 2, publishedAt }];

it.each([
  ['all routes', { seenAt: 9_000, isAlive: true, firstBehind: [] }, 'serving'],
  ['all but one published just now', { seenAt: 9_000, isAlive: true, firstBehind: late(8_000) }, 'serving'],
  ['an old revision', { seenAt: 9_000, isAlive: true, firstBehind: late(5_000) }, 'behind'],
  ['nothing to say', { seenAt: 1_000, isAlive: false, firstBehind: late(5_000) }, 'silent'],
  ['no callers', { seenAt: null, isAlive: false, firstBehind: [] }, 'reporting'],
])('a data plane with %s', (_, plane, state) => {
  expect(planeState(plane, 10_000)).toBe(state);
});

const NOBODY = { planes: [], abouts: new Map() };
it('says of abilities what was said lately, and of workers when one spoke last', () => {
  const told = [
    { name: 'plane:answers', seenAt: 95_000 },
    { name: 'plane:rings', seenAt: 10_000 },
    { name: 'judge', seenAt: 95_000 },
    { name: 'source:prom', seenAt: 95_000 },
    { name: 'worker', seenAt: 95_000 },
  ];
  const shown = fleetView({ ...NOBODY, told, routed: 2 }, 100_000);
  expect(shown).toMatchObject({
    models: 2,
    feeds: ['answers'],
    workers: { alive: true, heardAt: '1970-01-01T00:01:35.000Z', judges: ['judge', 'source:prom'] },
  });
  const later = fleetView({ ...NOBODY, told, routed: 2 }, 200_000);
  expect(later).toMatchObject({ feeds: [], workers: { alive: false, judges: [] } });
  expect(later.workers.heardAt).toBe('1970-01-01T00:01:35.000Z');
  expect(fleetView({ ...NOBODY, told: [], routed: 0 }, 0).workers).toMatchObject({
    alive: false,
    heardAt: null,
  });
});

it('shows what each data plane says of itself, and nothing of one that says nothing', () => {
  const plane = { seenAt: 1, heardAt: 1, isAlive: true, acknowledged: 0, behind: 0, firstBehind: [] };
  const planes = ['edge', 'old'].map((id) => ({ ...plane, id }));
  const about = {
    kind: 'gateway',
    version: '1.2.3',
    routesAgeMs: 40,
    lostRequests: 0,
    droppedCopies: 2,
  } as const;
  expect(
    fleetView({ planes, abouts: new Map([['edge', about]]), told: [], routed: 0 }, 10).planes,
  ).toMatchObject([
    {
      id: 'edge',
      kind: 'gateway',
      release: '1.2.3',
      routesAgeMs: 40,
      lostRequests: 0,
      droppedCopies: 2,
      proxies: null,
    },
    {
      id: 'old',
      kind: null,
      release: null,
      routesAgeMs: null,
      lostRequests: null,
      droppedCopies: null,
      proxies: null,
    },
  ]);
});
