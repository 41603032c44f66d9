import { type CallerRules, DEFAULT_CALLER_RULES, type Route } from '#libs/traffic';
import { clusterOf, fallingBack, type UpstreamSettings } from './clusters.ts';
import { digestOf } from './digest.ts';
import { envoyLimits, type EnvoyLimit } from './envoy-limits.ts';
import { evidenceKeyOf } from './logged-evidence.ts';
import { predictionMethods, predictionPaths } from './prediction-paths.ts';
import { boxed, duration, type EnvoyMessage, type EnvoyResource, struct } from './resource.ts';
import { type ServingPlace, servingPlaceOf } from './serving-place.ts';

/** What Envoy is told of one model: its part of the route configuration, and the clusters that this part names. */
export interface ModelRoutes {
  readonly model: string;
  readonly revision: number;
  /** Equal digests are equal parts. */
  readonly digest: string;
  readonly routes: readonly EnvoyMessage[];
  readonly clusters: readonly EnvoyResource[];
  readonly limits: readonly EnvoyLimit[];
}

/** Times and sizes that routes keep to. */
export interface RouteSettings extends UpstreamSettings {
  /** To the candidate's answer; then the primary is asked. */
  readonly candidateTimeoutMs: number;
  /** Without a byte from the model server. */
  readonly upstreamTimeoutMs: number;
  /** What is larger cannot be sent twice, and goes to the primary. */
  readonly maxBufferedBytes: number;
}

/** The header by which the Lua filter tells Envoy's router of the arm. */
export const ARM_HEADER = 'x-understudy-arm';
/** What the Lua filter reads of a route. */
const LUA = 'envoy.filters.http.lua';

/** A model's part of Envoy's configuration. Pure: equal routes are equal parts. */
export function modelRoutes(route: Route, settings: RouteSettings): ModelRoutes {
  const limits = envoyLimits(route);
  const parts = route.retired
    ? { routes: [retired(route)], clusters: [] }
    : limits.some(({ of }) => of === 'primary')
      ? { routes: [notServed(route)], clusters: [] }
      : served(route, limits.length === 0, settings);
  const { model, revision } = route;
  return { model, revision, limits, ...parts, digest: digestOf([revision, parts.routes]) };
}

/** What the paths of a model's requests begin with. */
export const prefixOf = ({ model }: Pick<Route, 'model'>): string => `/models/${model}`;

function served(
  route: Route,
  hasCandidate: boolean,
  settings: RouteSettings,
): Pick<ModelRoutes, 'routes' | 'clusters'> {
  const place = servingPlaceOf(route.primary);
  if (typeof place === 'string') return { routes: [notServed(route)], clusters: [] };
  const prefix = prefixOf(route);
  const primary = clusterOf(route.model, route.primary.version, place, settings);
  const to = (cluster: EnvoyResource, more: EnvoyMessage = {}): EnvoyMessage => ({
    cluster: cluster.name,
    auto_host_rewrite: boxed(true),
    timeout: duration(0),
    idle_timeout: duration(settings.upstreamTimeoutMs),
    regex_rewrite: {
      pattern: { regex: `^${prefix.replace(/[.]/g, '\\.')}/?` },
      substitution: `${place.path.replaceAll('\\', '\\\\')}/`,
    },
    // No server has seen the request: another address of the same version is asked.
    retry_policy: { retry_on: 'connect-failure', num_retries: boxed(2), retry_back_off: AT_ONCE },
    ...more,
  });
  const toPrimary = to(primary);
  const rest = { ...entry({ path_separated_prefix: prefix }), route: toPrimary };
  const rules = route.callers ?? DEFAULT_CALLER_RULES;
  const arms = hasCandidate ? armsOf(route, rules) : null;
  // Where nobody asks whose it is, all that callers send is alike.
  if (arms === null) return { routes: [rest], clusters: [primary] };
  const metadata = { filter_metadata: { [LUA]: armMetadata(route, settings) } };
  const predictions = (candidates: (match: (...headers: EnvoyMessage[]) => EnvoyMessage) => EnvoyMessage[]) =>
    predictionPaths(prefix, rules.predictions).flatMap(({ path, isPrediction }) => {
      if (!isPrediction) return [{ ...entry({ safe_regex: { regex: path } }), route: toPrimary }];
      const match = (...headers: EnvoyMessage[]) =>
        entry({
          safe_regex: { regex: path },
          headers: [anyOf(':method', predictionMethods(rules.predictions)), ...headers],
        });
      return [...candidates(match), { ...match(), route: toPrimary, metadata }];
    });
  if (arms.candidate === null) return { routes: [...predictions(() => []), rest], clusters: [primary] };
  const own = clusterOf(route.model, arms.candidate.version, arms.candidate.place, settings);
  const both = fallingBack(own.name, primary.name);
  const toCandidate = to(both, {
    retry_policy: {
      // Whatever the request was, the candidate has failed on it; the second attempt goes to the primary.
      retry_on: '5xx,retriable-status-codes',
      retriable_status_codes: [429],
      num_retries: boxed(1),
      per_try_timeout: duration(settings.candidateTimeoutMs),
      retry_back_off: AT_ONCE,
    },
  });
  const once = to(own);
  const isCandidates = anyOf(ARM_HEADER, ['candidate']);
  const routes = predictions((match) => [
    ...(rules.repeatable
      ? []
      : [{ ...match(isCandidates, anyOf(':method', ['POST', 'PATCH'])), route: once, metadata }]),
    { ...match(isCandidates), route: toCandidate, metadata },
  ]);
  return { routes: [...routes, rest], clusters: [primary, own, both] };
}

/** Whose requests are told apart; `null`: nobody's. */
function armsOf(
  { candidate, rolloutId }: Route,
  { unit }: CallerRules,
): { readonly candidate: { readonly version: number; readonly place: ServingPlace } | null } | null {
  if (candidate === null) return rolloutId === null || unit.from === 'json' ? null : { candidate };
  const place = servingPlaceOf(candidate);
  return typeof place === 'string' ? null : { candidate: { version: candidate.version, place } };
}

/** What the Lua filter needs to know to compute the arm as `dealArm` does, and to say whose the answer is. */
function armMetadata(route: Route, { maxBufferedBytes }: RouteSettings): EnvoyMessage {
  const { candidate, callers, primary, salt } = route;
  const { unit } = callers ?? DEFAULT_CALLER_RULES;
  const evidence = evidenceKeyOf(route);
  return struct({
    ...{ salt, primary: String(primary.version), most_bytes: maxBufferedBytes },
    ...(candidate === null ? {} : { weight: candidate.weight, held_back: candidate.heldBack === true }),
    ...(evidence === null ? {} : { evidence }),
    unit_from: unit.from,
    unit_name: unit.from === 'header' ? unit.name.toLowerCase() : unit.name,
  });
}

const AT_ONCE: EnvoyMessage = { base_interval: duration(1), max_interval: duration(1) };

const entry = (match: EnvoyMessage): { readonly match: EnvoyMessage } => ({ match });

const anyOf = (name: string, values: readonly string[]): EnvoyMessage => ({
  name,
  string_match: { safe_regex: { regex: values.join('|') } },
});

function retired(route: Route): EnvoyMessage {
  const { reason, since } = route.retired ?? { reason: '', since: '' };
  const when = since === '' ? '' : ` on ${since}`;
  const why = reason === '' ? '' : `: ${reason}`;
  return {
    ...entry({ path_separated_prefix: prefixOf(route) }),
    ...problem(410, 'model_retired', 'Gone', `"${route.model}" was retired${when}${why}`),
  };
}

const notServed = (route: Route): EnvoyMessage => ({
  ...entry({ path_separated_prefix: prefixOf(route) }),
  ...problem(
    503,
    'not_by_envoy',
    'Service Unavailable',
    `Envoy cannot serve "${route.model}" by its serving URLs; the gateway of Understudy does.`,
  ),
});

/** Envoy refuses longer ones (`max_direct_response_body_size_bytes`, 4096 by default). */
const MOST_DETAIL = 1_000;

/** An answer of the data plane itself, as application/problem+json. */
export const problem = (status: number, code: string, title: string, detail: string): EnvoyMessage => ({
  direct_response: {
    status,
    body: {
      inline_string: JSON.stringify({
        ...{ type: 'about:blank', title, status, code },
        detail: detail.slice(0, MOST_DETAIL),
      }),
    },
  },
  response_headers_to_add: [
    {
      header: { key: 'content-type', value: 'application/problem+json' },
      append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
    },
  ],
});
