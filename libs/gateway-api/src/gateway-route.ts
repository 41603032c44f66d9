import { z } from 'zod';

/** A Service that a rule sends requests to, as far as it is read here; what else a reference says is kept as it is. */
const backendRef = z.looseObject({
  group: z.string().optional(),
  kind: z.string().optional(),
  name: z.string(),
  namespace: z.string().optional(),
  port: z.number().optional(),
  weight: z.number().optional(),
});
const filter = z.looseObject({
  type: z.string(),
  requestMirror: z.looseObject({ backendRef }).optional(),
});
const rule = z.looseObject({
  name: z.string().optional(),
  filters: z.array(filter).optional(),
  backendRefs: z.array(backendRef).optional(),
});
const parentRef = z.looseObject({
  group: z.string().optional(),
  kind: z.string().optional(),
  name: z.string(),
  namespace: z.string().optional(),
  sectionName: z.string().optional(),
  port: z.number().optional(),
});
const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  observedGeneration: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
const managed = z.looseObject({
  manager: z.string().optional(),
  operation: z.string().optional(),
  time: z.string().optional(),
  subresource: z.string().optional(),
  fieldsV1: z.record(z.string(), z.unknown()).optional(),
});
const gatewayRoute = z.looseObject({
  kind: z.enum(['HTTPRoute', 'GRPCRoute']),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    managedFields: z.array(managed).optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({
    parentRefs: z.array(parentRef).optional(),
    rules: z.array(rule).optional(),
  }),
  status: z
    .looseObject({
      parents: z.array(z.looseObject({ parentRef, conditions: z.array(condition).optional() })).optional(),
    })
    .optional(),
});

/** A route of the Gateway API, as its API server tells it. What is read and written here is the same in HTTPRoutes and GRPCRoutes. */
export type GatewayRoute = Readonly<z.infer<typeof gatewayRoute>>;
export type RouteKind = GatewayRoute['kind'];
export type RouteRule = Readonly<z.infer<typeof rule>>;
export type RouteFilter = Readonly<z.infer<typeof filter>>;
export type BackendRef = Readonly<z.infer<typeof backendRef>>;
export type ParentRef = Readonly<z.infer<typeof parentRef>>;

/** Group and version of both kinds. */
export const GATEWAY_API_VERSION = 'gateway.networking.k8s.io/v1';
/** How kinds are called in paths. */
export const PLURALS: Readonly<Record<RouteKind, string>> = {
  HTTPRoute: 'httproutes',
  GRPCRoute: 'grpcroutes',
};

/** @returns `null`: it is no route of these kinds */
export function readGatewayRoute(value: unknown): GatewayRoute | null {
  const parsed = gatewayRoute.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** How an object is called: `HTTPRoute namespace/name`. */
export const nameOf = ({ kind, metadata }: Pick<GatewayRoute, 'kind' | 'metadata'>): string =>
  `${kind} ${metadata.namespace}/${metadata.name}`;
