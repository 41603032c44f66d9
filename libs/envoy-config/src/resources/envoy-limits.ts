import { DEFAULT_CALLER_RULES, type Route } from '#libs/traffic';
import { type PlaceLimit, servingPlaceOf } from './serving-place.ts';

/**
 * What a route asks for and Envoy is not told (yet). None of it sends a caller anywhere that the route does not: with a limit of the candidate all
 * callers go to the primary, and there is no evidence; with one of the primary the model is not served by Envoy at all.
 */
export type EnvoyLimit =
  | { readonly of: 'candidate'; readonly why: CandidateLimit }
  | { readonly of: 'primary'; readonly why: PlaceLimit };

type CandidateLimit =
  | PlaceLimit
  /** Copies of requests, whose answers would have to be compared. */
  | 'shadow'
  /** Segments that get the candidate before everybody does. */
  | 'rings'
  /** The unit is in the body. */
  | 'unit_in_body'
  /** The serving URLs of candidate and primary differ in their path, so that the primary could not answer in the candidate's stead. */
  | 'paths_differ';

/** What Envoy cannot do for this route; empty: it does all of it. */
export function envoyLimits(route: Route): readonly EnvoyLimit[] {
  const primary = servingPlaceOf(route.primary);
  if (typeof primary === 'string') return [{ of: 'primary', why: primary }];
  const why = candidateLimit(route, primary.path);
  return why === null ? [] : [{ of: 'candidate', why }];
}

function candidateLimit({ candidate, callers }: Route, primaryPath: string): CandidateLimit | null {
  if (candidate === null) return null;
  if (candidate.mode === 'shadow') return 'shadow';
  if (candidate.rings !== undefined) return 'rings';
  if ((callers ?? DEFAULT_CALLER_RULES).unit.from === 'json') return 'unit_in_body';
  const place = servingPlaceOf(candidate);
  if (typeof place === 'string') return place;
  return place.path === primaryPath ? null : 'paths_differ';
}

/** The limits in words, for logs and people. */
export const LIMIT_WORDS: Readonly<Record<EnvoyLimit['why'], string>> = {
  shadow: 'Envoy sends no shadow copies: nobody would compare the answers',
  rings: 'Envoy does not know rings of segments',
  unit_in_body: "Envoy does not read the unit in the request's body",
  paths_differ: 'the serving URLs of candidate and primary have different paths',
  mixed_schemes: 'its serving URLs mix http and https',
  mixed_paths: 'its serving URLs have different paths',
  query_in_url: 'a serving URL has a query',
  user_in_url: 'a serving URL has a user',
};
