import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Route } from '#libs/traffic';
import { type GatewayRoute, readGatewayRoute } from './gateway-route.ts';
import { canaryOf, httpRouteOf, routeOf } from './gateway-route.fixture.ts';
import { type Plan, planRoute } from './plan-route.ts';

/** As the API server merges what is applied. */
function applied(object: GatewayRoute, body: object): GatewayRoute {
  const { metadata, spec } = body as { metadata: { annotations: object }; spec: object };
  const next = readGatewayRoute({
    ...object,
    metadata: {
      ...object.metadata,
      resourceVersion: `${Number(object.metadata.resourceVersion) + 1}`,
      annotations: { ...object.metadata.annotations, ...metadata.annotations },
    },
    spec: { ...object.spec, ...spec },
  });
  if (next === null) throw new Error('no HTTPRoute');
  return next;
}
const bring = (object: GatewayRoute, route: Route): GatewayRoute => {
  const plan = planRoute(route, object, 'takeBack');
  return 'body' in plan && plan.body ? applied(object, plan.body) : object;
};
const refsOf = (object: GatewayRoute, at = 0) =>
  (object.spec.rules?.[at]?.backendRefs ?? []).map(({ name, weight = 1 }) => [name, weight]);

it.each<GatewayRoute['kind']>(['HTTPRoute', 'GRPCRoute'])('an %s is written as what it is', (kind) => {
  const plan = planRoute(routeOf(1, canaryOf(1_000)), httpRouteOf({ kind }), 'takeBack');
  expect(plan).toMatchObject({ body: { apiVersion: 'gateway.networking.k8s.io/v1', kind } });
});

describe('weights of a rule', () => {
  it.each<[string, Route, [string, number][]]>([
    ['nobody on trial', routeOf(1, null), [['digits-v1', 1]]],
    [
      '10 %',
      routeOf(1, canaryOf(1_000)),
      [
        ['digits-v1', 9_000],
        ['digits-v2', 1_000],
      ],
    ],
    [
      '0.01 %',
      routeOf(1, canaryOf(1)),
      [
        ['digits-v1', 9_999],
        ['digits-v2', 1],
      ],
    ],
    ['0 %: a weight of zero is left out', routeOf(1, canaryOf(0)), [['digits-v1', 1]]],
    ['100 %', routeOf(1, canaryOf(10_000)), [['digits-v2', 1]]],
    [
      'held back',
      routeOf(1, canaryOf(500, { heldBack: true })),
      [
        ['digits-v1', 9_500],
        ['digits-v2', 500],
      ],
    ],
  ])('%s', (_what, route, refs) => {
    const object = bring(httpRouteOf(), route);
    expect(refsOf(object)).toEqual(refs);
    expect(planRoute(route, object, 'takeBack')).toEqual({ kind: 'done' });
  });

  it('copies for a shadow, and takes its own mirror away again', () => {
    const mirror = { type: 'RequestMirror', requestMirror: { backendRef: { name: 'audit', port: 1 } } };
    const rules = [{ filters: [mirror], backendRefs: [{ name: 'digits-v1', port: 8080 }] }];
    const shadow = bring(httpRouteOf({ spec: { rules } }), routeOf(1, canaryOf(2_050, { mode: 'shadow' })));
    expect(refsOf(shadow)).toEqual([['digits-v1', 1]]);
    expect(shadow.spec.rules?.[0]?.filters?.[1]).toMatchObject({
      requestMirror: {
        backendRef: { name: 'digits-v2', port: 8080 },
        fraction: { numerator: 2_050, denominator: 10_000 },
      },
    });
    expect(planRoute(routeOf(1, canaryOf(2_050, { mode: 'shadow' })), shadow, 'takeBack').kind).toBe('done');
    expect(bring(shadow, routeOf(2, canaryOf(1_000))).spec.rules?.[0]?.filters).toEqual([mirror]);
  });

  it('leaves other rules, and what references and rules say besides, as they are', () => {
    const other = {
      name: 'docs',
      matches: [{ path: { value: '/docs' } }],
      backendRefs: [{ name: 'docs', port: 80 }],
    };
    const kept = {
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { set: [{ name: 'x', value: 'y' }] },
    };
    const own = {
      ...{ name: 'predict', timeouts: { request: '5s' }, filters: [kept] },
      backendRefs: [{ name: 'digits-v1', port: 8080, filters: [kept] }],
    };
    const object = httpRouteOf({
      metadata: { annotations: { 'understudy.dev/rule': 'predict' } },
      spec: { rules: [other, own] },
    });
    const [first, second] = bring(object, routeOf(1, canaryOf(1_000))).spec.rules ?? [];
    expect(first).toEqual(other);
    expect(second).toMatchObject({ name: 'predict', timeouts: { request: '5s' }, filters: [kept] });
    expect(second?.backendRefs?.[0]).toMatchObject({ name: 'digits-v1', weight: 9_000, filters: [kept] });
  });

  it('names Services by version where the annotation says how, in whatever namespace', () => {
    const metadata = { annotations: { 'understudy.dev/service': 'd-{version}.served:80' } };
    const at = (version: number) => ({ version, url: `http://127.0.0.1:${version}` });
    const route = routeOf(1, canaryOf(5_000, at(2)), { primary: at(1) });
    expect(bring(httpRouteOf({ metadata }), route).spec.rules?.[0]?.backendRefs).toEqual([
      { group: '', kind: 'Service', name: 'd-1', namespace: 'served', port: 80, weight: 5_000 },
      { group: '', kind: 'Service', name: 'd-2', namespace: 'served', port: 80, weight: 5_000 },
    ]);
  });
});

describe('what cannot be said is said in words, and sends nobody astray', () => {
  const two = [
    { name: 'a', backendRefs: [] },
    { name: 'b', backendRefs: [] },
  ];
  it.each<[string, Route, object, RegExp, [string, number][] | null]>([
    [
      'no Service',
      routeOf(1, null, { primary: { version: 1, url: 'http://10.0.0.7:80' } }),
      {},
      /is no Service by its name/,
      null,
    ],
    [
      'a candidate elsewhere',
      routeOf(1, canaryOf(100, { url: 'http://gpu.example.com' })),
      {},
      /gpu\.example\.com/,
      [['digits-v1', 1]],
    ],
    [
      'one Service for both',
      routeOf(1, canaryOf(100, { url: 'http://digits-v1.models.svc:8080' })),
      {},
      /both answer at models\/digits-v1:8080/,
      [['digits-v1', 1]],
    ],
    ['rings', routeOf(1, canaryOf(100, { rings: [] })), {}, /rings of segments/, [['digits-v1', 1]]],
    [
      'paths that differ',
      routeOf(1, canaryOf(100, { url: 'http://digits-v2.models.svc:8080/v2' })),
      {},
      /different paths \(\/ and \/v2\)/,
      [['digits-v1', 1]],
    ],
    ['retired', routeOf(1, null, { retired: { reason: 'old', since: '' } }), {}, /cannot answer 410/, null],
    ['several rules', routeOf(1, null), { spec: { rules: two } }, /it has 2 rules/, null],
    [
      'no such rule',
      routeOf(1, null),
      { metadata: { annotations: { 'understudy.dev/rule': 'c' } } },
      /no rule named c/,
      null,
    ],
    [
      'a template without the version',
      routeOf(1, null),
      { metadata: { annotations: { 'understudy.dev/service': 'd:80' } } },
      /with \{version\} in it/,
      null,
    ],
  ])('%s', (_what, route, over, why, refs) => {
    const plan = planRoute(route, httpRouteOf(over), 'takeBack') as Plan & { kind: 'refused' };
    expect(plan.kind).toBe('refused');
    expect(plan.why).toMatch(why);
    expect(plan.body && refsOf(applied(httpRouteOf(over), plan.body))).toEqual(refs);
  });
});

describe('what others write', () => {
  const managedFields = [
    {
      manager: 'understudy',
      operation: 'Apply',
      time: '2026-11-29T05:00:00Z',
      fieldsV1: { 'f:spec': { 'f:rules': {} } },
    },
    {
      manager: 'argocd',
      operation: 'Update',
      time: '2026-11-29T06:00:00Z',
      fieldsV1: { 'f:spec': { 'f:rules': {} } },
    },
    { manager: 'someone', operation: 'Update', time: '2026-11-29T07:00:00Z', fieldsV1: { 'f:spec': {} } },
  ];
  const edited = (object: GatewayRoute): GatewayRoute => ({
    ...object,
    metadata: { ...object.metadata, managedFields },
    spec: { ...object.spec, rules: [{ backendRefs: [{ name: 'digits-v2', port: 8080 }] }] },
  });
  const ours = bring(httpRouteOf(), routeOf(3, canaryOf(1_000)));

  it('is noticed by the mark that was left, named by its field manager, and taken back', () => {
    expect(planRoute(routeOf(3, canaryOf(1_000)), edited(ours), 'takeBack')).toMatchObject({
      kind: 'apply',
      foreign: { manager: 'argocd', at: '2026-11-29T06:00:00Z' },
    });
  });

  it('or left, where that is set, until the route has another revision', () => {
    expect(planRoute(routeOf(3, canaryOf(1_000)), edited(ours), 'leave').kind).toBe('left');
    expect(planRoute(routeOf(4, null), edited(ours), 'leave').kind).toBe('apply');
  });

  it('is not what was there before us, nor our own weights of before', () => {
    expect(planRoute(routeOf(3, canaryOf(1_000)), edited(httpRouteOf()), 'leave')).toMatchObject({
      foreign: null,
    });
    expect(planRoute(routeOf(4, canaryOf(5_000)), ours, 'leave')).toMatchObject({
      kind: 'apply',
      foreign: null,
    });
  });

  it('a newer revision that another process wrote stays', () => {
    expect(planRoute(routeOf(2, null), ours, 'takeBack')).toEqual({ kind: 'newer', revision: 3 });
  });
});

it('whatever was there, in whatever order routes come: the newest is there in the end, and is left alone then', () => {
  const routes = fc.array(
    fc.record({ weight: fc.integer({ min: 0, max: 10_000 }), shadow: fc.boolean(), edit: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(routes, fc.array(fc.nat(5), { maxLength: 12 }), (all, order) => {
      const route = (i: number): Route =>
        routeOf(i + 1, canaryOf(all[i]?.weight ?? 0, { mode: all[i]?.shadow ? 'shadow' : 'canary' }));
      let object = httpRouteOf();
      for (const i of [...order.map((n) => n % all.length), all.length - 1]) {
        object = bring(object, route(i));
        if (all[i]?.edit)
          object = {
            ...object,
            spec: { ...object.spec, rules: [{ backendRefs: [{ name: 'x', port: 1 }] }] },
          };
      }
      const last = route(all.length - 1);
      object = bring(object, last);
      expect(planRoute(last, object, 'takeBack')).toEqual({ kind: 'done' });
      expect(bring(object, route(0))).toBe(object);
      // The same as on an object that nobody had touched.
      const { backendRefs } = bring(httpRouteOf(), last).spec.rules?.[0] ?? {};
      expect(refsOf(object)).toEqual((backendRefs ?? []).map(({ name, weight = 1 }) => [name, weight]));
    }),
  );
});
