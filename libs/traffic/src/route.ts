import type { BasisPoints } from '#libs/kernel';
import type { CallerRules } from './arms/caller-rules.ts';
import type { FrozenSegment } from './arms/caller-segments.ts';
import type { OutputSpec } from './output/output-spec.ts';
import type { Reading } from './output/reading.ts';

/** One version that traffic can go to: where it answers. */
export interface RouteTarget {
  readonly version: number;
  /** The first of its serving URLs: all that older data planes know. */
  readonly url: string;
  /** All of them, where there are several; each may have its own scheme, host, path and query. Left out: `url` alone. */
  readonly urls?: readonly string[];
  /** Where its servers say that they are ready, as the version names it; left out or `null`: at the usual paths. */
  readonly healthPath?: string | null;
}

/** Every serving URL of a target, the first one first. */
export const urlsOf = ({ url, urls }: Pick<RouteTarget, 'url' | 'urls'>): readonly string[] => urls ?? [url];

/** The version under trial, and how much it gets. */
export interface RouteCandidate extends RouteTarget {
  /** `shadow`: copies of requests, callers never see its answers. `canary`: callers get its answers. */
  readonly mode: 'shadow' | 'canary';
  /** Share of units (canary) or of requests copied (shadow). */
  readonly weight: BasisPoints;
  /** It is the version before, for units that are held back: those at the top of the wheel. Left out: no, they are at its bottom. */
  readonly heldBack?: boolean;
  /**
   * Named groups of callers that get the candidate, or keep it from an earlier step, whatever the weight. Left out: none. Data planes that do
   * not know rings must send nobody there, so they are told of no candidate (`toldRoute`).
   */
  readonly rings?: readonly Ring[];
  /** How its answers are read; `null`: its version says nothing. Left out by an older api: as the primary's. */
  readonly outputSpec?: OutputSpec | null;
}

/** A segment that gets the candidate before everybody does. */
export interface Ring {
  /** The segment's name. */
  readonly segment: string;
  /** Of its units: those below this place of the wheel have the candidate. */
  readonly share: BasisPoints;
  /** It is on trial in the present step: its members are compared with each other. Else it keeps what an earlier step gave it. */
  readonly judged: boolean;
  /** Who is in it, as it was when its step began. */
  readonly rule: FrozenSegment;
}

/** What a gateway needs to know of one model. Revisions only grow, per model. */
export interface Route {
  readonly model: string;
  readonly primary: RouteTarget;
  readonly candidate: RouteCandidate | null;
  readonly salt: string;
  readonly revision: number;
  /** The rollout that evidence under this revision belongs to; `null` when none is judged. */
  readonly rolloutId: string | null;
  /** How the primary's answers are read, and the candidate's where it has no spec of its own (`specsOf`). */
  readonly outputSpec: OutputSpec | null;
  /** `null`: nothing but the output spec is read. */
  readonly reading: Reading | null;
  /** Left out: the defaults, as most models have them. */
  readonly callers?: CallerRules;
  /**
   * The model was retired: callers get 410, nobody goes to the primary, which is the last one. Left out: it serves. Data planes of before
   * do not know it, and go on to the last primary for as long as it answers.
   */
  readonly retired?: RetiredRoute;
}

/** What callers of a retired model are told. */
export interface RetiredRoute {
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
}

/** The role that a version had for one request. */
export type Arm = 'primary' | 'candidate' | 'shadow';

/** May `incoming` replace `current`? Never an older revision, and never the same one again. */
export function isNewer(
  current: Pick<Route, 'revision'> | undefined,
  incoming: Pick<Route, 'revision'>,
): boolean {
  return current === undefined || incoming.revision > current.revision;
}
