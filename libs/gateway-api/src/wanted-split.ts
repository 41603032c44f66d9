import { ALL, type BasisPoints } from '#libs/kernel';
import type { Route, RouteCandidate } from '#libs/traffic';
import { SERVICE_ANNOTATION } from './binding.ts';
import type { GatewayRoute } from './gateway-route.ts';
import { serviceOf, type ServicePort, serviceText } from './service-of.ts';

/** A Service and its share: its weight over the sum of all. */
export interface WeightedService extends ServicePort {
  readonly weight: number;
}

/** Copies of requests, whose answers nobody gets. */
export interface Mirror extends ServicePort {
  /** Of the requests. Never 0. */
  readonly share: BasisPoints;
}

/** What a rule is to say. None of the weights is 0. */
export interface Split {
  readonly services: readonly WeightedService[];
  readonly mirror: Mirror | null;
}

/** What a rule is to say. */
export type WantedSplit =
  | { readonly kind: 'split'; readonly split: Split }
  /** The candidate's part cannot be said, in words why: all callers are to go to the primary. */
  | { readonly kind: 'primaryOnly'; readonly why: string; readonly split: Split }
  /** Not even that can be said. */
  | { readonly kind: 'refused'; readonly why: string };

/** @param object whose annotations say where versions answer */
export function wantedSplit(route: Route, object: Pick<GatewayRoute, 'metadata'>): WantedSplit {
  if (route.retired)
    return { kind: 'refused', why: 'the model is retired: a route cannot answer 410; delete it' };
  const { annotations, namespace } = object.metadata;
  const template = annotations?.[SERVICE_ANNOTATION] ?? null;
  const primary = serviceOf(route.primary, template, namespace);
  if (typeof primary === 'string') return { kind: 'refused', why: primary };
  const alone: Split = { services: [{ ...primary, weight: 1 }], mirror: null };
  const { candidate } = route;
  if (candidate === null) return { kind: 'split', split: alone };
  const service = serviceOf(candidate, template, namespace);
  if (typeof service === 'string') return { kind: 'primaryOnly', why: service, split: alone };
  const why = candidateRefusal(route, candidate, [primary, service], template);
  if (why !== null) return { kind: 'primaryOnly', why, split: alone };
  return { kind: 'split', split: splitOf(primary, service, candidate) };
}

function candidateRefusal(
  { primary }: Route,
  candidate: RouteCandidate,
  [one, other]: readonly [ServicePort, ServicePort],
  template: string | null,
): string | null {
  if (candidate.rings !== undefined)
    return 'the step has rings of segments, and weights of a route know no segments: use canary steps without rings';
  if (serviceText(one) === serviceText(other))
    return `versions ${primary.version} and ${candidate.version} both answer at ${serviceText(one)}: give each a Service of its own`;
  if (template === null && pathOf(primary.url) !== pathOf(candidate.url))
    return `the serving URLs of versions ${primary.version} and ${candidate.version} have different paths (${pathOf(primary.url)} and ${pathOf(candidate.url)}), and a rule sends both arms to one`;
  return null;
}

const pathOf = (url: string): string => new URL(url).pathname.replace(/\/+$/, '') || '/';

function splitOf(primary: ServicePort, service: ServicePort, { mode, weight }: RouteCandidate): Split {
  if (mode === 'shadow')
    return {
      services: [{ ...primary, weight: 1 }],
      mirror: weight > 0 ? { ...service, share: weight } : null,
    };
  const services = [
    { ...primary, weight: ALL - weight },
    { ...service, weight },
  ].filter((one) => one.weight > 0);
  const [only, ...others] = services;
  return { services: only && others.length === 0 ? [{ ...only, weight: 1 }] : services, mirror: null };
}
