import { GATEWAY_ALIVE_MS, type KnownPlane, type ToldWord } from '#libs/engine';
import { type PlaneAbout, readAbout } from '#libs/gateway-protocol';
import { A_WORKER } from '#libs/rollout';
import { PLANE_FEEDS } from '#libs/traffic';

/** A route that was published just now is on its way to everybody. Milliseconds. */
const ON_ITS_WAY_MS = 3_000;
/** Workers, and data planes, say what they can every 10 s. */
const TOLD_MS = 30_000;

export const PLANE_STATES = ['serving', 'behind', 'silent', 'reporting'] as const;
type PlaneState = (typeof PLANE_STATES)[number];

/**
 * How a data plane stands: `behind`: alive, and it has not acknowledged a route that was published a while ago, so that its step waits;
 * `silent`: not heard of for so long that nobody waits for it; `reporting`: it serves nobody, and brings what others have counted.
 */
export function planeState(
  { seenAt, isAlive, firstBehind }: Pick<KnownPlane, 'seenAt' | 'isAlive' | 'firstBehind'>,
  now: number,
): PlaneState {
  if (seenAt === null) return 'reporting';
  if (!isAlive) return 'silent';
  return firstBehind.some(({ publishedAt }) => now - publishedAt > ON_ITS_WAY_MS) ? 'behind' : 'serving';
}

const iso = (at: number): string => new Date(at).toISOString();

interface KnownFleet {
  readonly planes: readonly KnownPlane[];
  /** What they say of themselves, by their names. */
  readonly abouts: ReadonlyMap<string, unknown>;
  readonly told: readonly ToldWord[];
  /** Models that have a route. */
  readonly routed: number;
}

/** The fleet as the api shows it. */
export function fleetView({ planes, abouts, told, routed }: KnownFleet, now: number) {
  const worker = told.find(({ name }) => name === A_WORKER)?.seenAt ?? null;
  const fresh = new Set(told.filter(({ seenAt }) => now - seenAt < TOLD_MS).map(({ name }) => name));
  return {
    at: iso(now),
    models: routed,
    silentAfterMs: GATEWAY_ALIVE_MS,
    planes: planes.map(({ seenAt, heardAt, isAlive, firstBehind, ...plane }) => ({
      ...plane,
      ...aboutView(readAbout(abouts.get(plane.id))),
      state: planeState({ seenAt, isAlive, firstBehind }, now),
      heardAt: heardAt === null ? null : iso(heardAt),
      firstBehind: firstBehind.map(({ publishedAt, ...one }) => ({ ...one, publishedAt: iso(publishedAt) })),
    })),
    feeds: PLANE_FEEDS.filter((feed) => fresh.has(`plane:${feed}`)),
    workers: {
      alive: fresh.has(A_WORKER),
      heardAt: worker === null ? null : iso(worker),
      judges: [...fresh].filter((name) => /^(judge|embedder|source:)/.test(name)).sort(),
    },
  };
}

/** One of a release of before says nothing. */
function aboutView(about: PlaneAbout | null) {
  const { routesAgeMs = null, lostRequests = null, droppedCopies = null, proxies = null } = about ?? {};
  return {
    ...{ kind: about?.kind ?? null, release: about?.version ?? null },
    ...{ routesAgeMs, lostRequests, droppedCopies, proxies },
  };
}
