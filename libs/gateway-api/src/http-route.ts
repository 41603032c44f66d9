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
const httpRoute = z.looseObject({
  apiVersion: z.string().optional(),
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

/** An HTTPRoute of the Gateway API, as its API server tells it. */
export type HttpRoute = Readonly<z.infer<typeof httpRoute>>;
export type RouteRule = Readonly<z.infer<typeof rule>>;
export type RouteFilter = Readonly<z.infer<typeof filter>>;
export type BackendRef = Readonly<z.infer<typeof backendRef>>;
export type ParentRef = Readonly<z.infer<typeof parentRef>>;

/** Which API it is: group, version and the name in paths. */
export const HTTP_ROUTES = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes' };

/** @returns `null`: it is no HTTPRoute */
export function readHttpRoute(value: unknown): HttpRoute | null {
  const parsed = httpRoute.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** How an object is called: `namespace/name`. */
export const nameOf = ({ metadata }: Pick<HttpRoute, 'metadata'>): string =>
  `${metadata.namespace}/${metadata.name}`;
