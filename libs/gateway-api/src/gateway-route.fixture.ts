import type { Route, RouteCandidate } from '#libs/traffic';
import { type GatewayRoute, readGatewayRoute, type RouteKind } from './gateway-route.ts';

/** A route (of HTTP, unless said) of the model `digits` in the namespace `models`, as an API server tells it. */
export function httpRouteOf(
  over: {
    readonly kind?: RouteKind;
    readonly metadata?: object;
    readonly spec?: object;
    readonly status?: object;
  } = {},
): GatewayRoute {
  const object = readGatewayRoute({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: over.kind ?? 'HTTPRoute',
    metadata: {
      ...{ name: 'digits', namespace: 'models', uid: 'u-1', resourceVersion: '10', generation: 1 },
      labels: { 'understudy.dev/model': 'digits' },
      ...over.metadata,
    },
    spec: {
      parentRefs: [{ name: 'front' }],
      rules: [{ backendRefs: [{ name: 'digits-v1', port: 8080 }] }],
      ...over.spec,
    },
    status: over.status,
  });
  if (object === null) throw new Error('this is no route');
  return object;
}

const urlOf = (version: number): string => `http://digits-v${version}.models.svc:8080`;

/** A route of the model, with version 2 on trial. */
export const canaryOf = (weight: number, over: Partial<RouteCandidate> = {}): RouteCandidate => ({
  ...{ version: 2, url: urlOf(2), mode: 'canary', weight },
  ...over,
});

export const routeOf = (
  revision: number,
  candidate: RouteCandidate | null,
  over: Partial<Route> = {},
): Route => ({
  ...{ model: 'digits', salt: 's', revision, rolloutId: candidate && 'r', outputSpec: null, reading: null },
  primary: { version: 1, url: urlOf(1) },
  candidate,
  ...over,
});
