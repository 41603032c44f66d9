import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { freezeSegment, type Route, type RouteCandidate, urlsOf } from '#libs/traffic';
import { changeOf, pingOf, readRouteMessage, readRoutes, snapshotOf } from './index.ts';

const route = (model: string, more: object = {}): Route => ({
  model,
  primary: { version: 1, url: 'http://127.0.0.1:1' },
  candidate: { version: 2, url: 'http://127.0.0.1:2', mode: 'canary', weight: 100 },
  salt: 'salt',
  revision: 3,
  rolloutId: '0e9029e5-5702-4b93-92d0-ccc3bff99f58',
  outputSpec: { kind: 'label', path: '$.y' },
  reading: {
    inputs: [{ feature: 'a', path: '$.a', bins: { kind: 'numbers', edges: [0, 1] } }],
    output: { kind: 'categories', categories: ['x'] },
    segments: [{ gate: 'g', header: 'x-country', path: null, most: 3 }],
    requestIds: true,
    samples: { most: 5, redact: [] },
    trip: null,
  },
  callers: { unit: { from: 'header', name: 'x-user' }, repeatable: false },
  ...more,
});

describe('routes', () => {
  it('are read as they were written', () => {
    const all = [
      route('a'),
      route('b', { candidate: null, reading: null, outputSpec: null, rolloutId: null }),
    ];
    expect(readRouteMessage(JSON.stringify(snapshotOf(all, 'key')))).toEqual({
      ...{ kind: 'snapshot', routes: all, unreadable: [], receiptKey: 'key' },
    });
    expect(readRouteMessage(JSON.stringify({ kind: 'route', route: route('a') })).routes).toEqual([
      route('a'),
    ]);
    expect(readRouteMessage('{"kind":"ping"}').kind).toBe('other');
  });

  it('say that a model is retired; what callers are told of it need not be understood, that it is must be', () => {
    const told = route('a', {
      candidate: null,
      retired: { reason: 'replaced', since: '2026-11-28T00:00:00Z' },
    });
    expect(readRoutes(JSON.parse(JSON.stringify([told])) as unknown[]).routes).toEqual([told]);
    const odd = readRoutes([{ ...told, retired: { reason: 7, more: true } }]).routes[0];
    expect(odd?.retired).toMatchObject({ reason: '', since: '' });
    expect(readRoutes([{ ...told, retired: 'yes' }])).toMatchObject({
      routes: [],
      unreadable: [{ model: 'a' }],
    });
    expect(readRoutes([{ ...told, retired: null }]).routes[0]).not.toHaveProperty('retired');
  });

  it('are counted in signs of life; one that tells less is a sign of life all the same', () => {
    const line = JSON.stringify(pingOf([route('a'), route('b')], { everyMs: 1_000, ageMs: 12.4 }));
    expect(readRouteMessage(line)).toMatchObject({
      kind: 'other',
      state: { everyMs: 1_000, ageMs: 12, models: 2, revisions: 6 },
    });
    expect(readRouteMessage('{"kind":"ping","everyMs":0}')).toEqual(readRouteMessage('{"kind":"ping"}'));
  });

  it('of a model that cannot be understood cost no other model its own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.jsonValue(), fc.constant(route('broken', { candidate: 7 }))), { maxLength: 5 }),
        (junk) => {
          const { routes, unreadable } = readRoutes([...junk, route('ours'), ...junk]);
          expect(routes).toEqual([route('ours')]);
          expect(unreadable).toHaveLength(2 * junk.length);
        },
      ),
    );
  });

  it('with several serving URLs are read by gateways that know one, and the other way round', () => {
    const urls = ['http://a/x?key=1', 'https://b'];
    const primary = { version: 1, url: 'http://a/x?key=1', urls, healthPath: '/up' };
    const sent = JSON.parse(JSON.stringify(route('m', { primary }))) as unknown;
    expect(readRoutes([sent]).routes[0]?.primary).toEqual(primary);
    // As gateways of protocol 1 read targets before there were several: by the first one, and what they keep is as it was.
    const older = z.object({ primary: z.looseObject({ version: z.int().min(1), url: z.string().min(1) }) });
    expect(older.parse(sent).primary).toEqual(primary);
    expect(older.parse(sent).primary.url).toBe(urls[0]);
    // An older api names one.
    const [read] = readRoutes([JSON.parse(JSON.stringify(route('m')))]).routes;
    expect(read && urlsOf(read.primary)).toEqual(['http://127.0.0.1:1']);
  });

  it.each([[[]], [['']], ['http://a'], [[1]]])('with %j for serving URLs are not obeyed', (urls) => {
    const primary = { version: 1, url: 'http://a', urls };
    expect(readRoutes([route('m', { primary })])).toMatchObject({ routes: [], unreadable: [{ model: 'm' }] });
  });

  it('of a newer api are obeyed: unknown fields are kept and ignored, what is to be read is read as far as it is known', () => {
    const newer = JSON.parse(
      JSON.stringify(
        route('m', {
          mirror: { to: 'x' },
          primary: { version: 1, url: 'http://127.0.0.1:1', region: 'eu' },
          outputSpec: { kind: 'spans', path: '$.y' },
          reading: {
            inputs: [{ feature: 'a', path: '$.a', bins: { kind: 'quantiles', of: 9 } }],
            output: { kind: 'quantiles' },
            segments: [
              { gate: 'g', header: 'x-country', path: null, most: 3, decay: 1 },
              { gate: 'h', cookie: 'c', most: 'all' },
            ],
            requestIds: true,
            samples: { keep: 9 },
            slices: '1m',
          },
          callers: { unit: { from: 'query', name: 'u' }, repeatable: false },
        }),
      ),
    ) as unknown;
    const { kind, routes } = readRouteMessage(
      JSON.stringify({
        kind: 'snapshot',
        protocol: 7,
        routes: [newer],
        receiptKey: 'k',
        compression: 'none',
      }),
    );
    expect(kind).toBe('snapshot');
    expect(routes[0]).toMatchObject({
      ...{ model: 'm', revision: 3, candidate: { weight: 100 }, outputSpec: null },
      reading: {
        ...{ inputs: [], output: null, requestIds: true },
        segments: [{ gate: 'g', most: 3 }],
        // What may be shown of requests is not understood: nothing is.
        samples: { most: 0, redact: ['$'] },
      },
    });
    expect(routes[0]).not.toHaveProperty('callers');
    expect(readRouteMessage('{"kind":"quota","models":{}}')).toMatchObject({ kind: 'other', routes: [] });
  });

  it('of a candidate in a mode that is not known are not obeyed: by the last known route nothing is lost', () => {
    const { routes, unreadable } = readRoutes([
      route('m', { candidate: { version: 2, url: 'http://127.0.0.1:2', mode: 'mirror', weight: 1 } }),
    ]);
    expect([routes, unreadable[0]?.model]).toEqual([[], 'm']);
  });

  it("have the candidate's output spec as far as it is known; an older api says none", () => {
    const candidate = { version: 2, url: 'http://127.0.0.1:2', mode: 'shadow', weight: 1 };
    const read = (more: object) =>
      readRoutes([route('m', { candidate: { ...candidate, ...more } })]).routes[0]?.candidate?.outputSpec;
    expect(read({ outputSpec: { kind: 'label', path: '$.z' } })).toEqual({ kind: 'label', path: '$.z' });
    expect(read({ outputSpec: null })).toBeNull();
    expect(read({ outputSpec: { kind: 'spans', path: '$.z' } })).toBeNull();
    expect(read({})).toBeUndefined();
  });

  describe('with rings', () => {
    const rings: NonNullable<RouteCandidate['rings']> = [
      {
        ...{ segment: 'staff', share: 5_000, judged: true },
        rule: { from: 'header', name: 'x-team', values: ['staff'] },
      },
      {
        segment: 'pilots',
        share: 10_000,
        judged: false,
        rule: freezeSegment({ from: 'units', units: ['a', 'b'] }),
      },
    ];
    const ringed = route('m', { candidate: { ...route('m').candidate, weight: 0, rings } });
    /** As gateways of protocol 1 read routes before there were rings. */
    const older = z.looseObject({
      candidate: z
        .looseObject({
          mode: z.enum(['shadow', 'canary']),
          weight: z.int(),
          heldBack: z.boolean().optional(),
        })
        .nullable()
        .default(null),
      rolloutId: z.string().nullable().default(null),
      revision: z.int(),
    });
    const lines = [snapshotOf([ringed], 'k'), changeOf(ringed)].map((one) => JSON.stringify(one));

    it('are read as they were', () => {
      for (const line of lines) expect(readRouteMessage(line).routes).toEqual([ringed]);
    });

    it('have no candidate, and nobody to judge, for whoever knows no rings', () => {
      const said = lines.map((line) => JSON.parse(line) as { route?: unknown; routes?: unknown[] });
      for (const one of said)
        expect(older.parse(one.route ?? one.routes?.[0])).toMatchObject({
          ...{ candidate: null, rolloutId: null, revision: 3 },
        });
    });

    it.each([
      ['of a newer kind of rule', [{ ...rings[0], rule: { from: 'country', values: ['de'] } }]],
      ['without a share', [{ ...rings[0], share: undefined }]],
      ['of digests that are none', [{ ...rings[0], rule: { from: 'units', digests: 'abc' } }]],
    ])('%s send nobody to the candidate', (_title, odd) => {
      const told = changeOf({ ...ringed, candidate: { ...ringed.candidate, rings: odd } } as Route);
      expect(readRouteMessage(JSON.stringify(told)).routes).toMatchObject([
        { candidate: null, rolloutId: null },
      ]);
      // As a route on a gateway's disk has it.
      const stored = { ...ringed, candidate: { ...ringed.candidate, rings: odd } };
      expect(readRoutes([JSON.parse(JSON.stringify(stored))]).routes).toEqual([]);
    });
  });

  it('of an api from before there was a version are read', () => {
    expect(
      readRouteMessage(JSON.stringify({ kind: 'snapshot', routes: [route('m')], receiptKey: 'k' })),
    ).toMatchObject({ routes: [{ model: 'm' }], receiptKey: 'k' });
  });
});
