import { z } from 'zod';
import { unstorableIn } from '#libs/kernel';

/** What serves callers, or moves them: the built-in gateway, the xDS server with its Envoys, the Kubernetes router. */
export const PLANE_KINDS = ['gateway', 'envoy', 'kubernetes'] as const;

const count = z.number().min(0).max(1e15);
const aboutSchema = z.object({
  kind: z.enum(PLANE_KINDS),
  version: z.string().min(1).max(100).nullable().catch(null),
  routesAgeMs: count.optional().catch(undefined),
  lostRequests: count.optional().catch(undefined),
  droppedCopies: count.optional().catch(undefined),
  proxies: count.optional().catch(undefined),
});

/** What a data plane says of itself, for people. Nothing is decided by it. */
export interface PlaneAbout {
  readonly kind: (typeof PLANE_KINDS)[number];
  /** Its release; `null`: it does not know. */
  readonly version: string | null;
  /** Since its routes were known to be those of the database, in milliseconds. */
  readonly routesAgeMs?: number | undefined;
  /** Requests whose evidence was lost, since it started. */
  readonly lostRequests?: number | undefined;
  /** Copies of a shadow that it made none of, since it started. */
  readonly droppedCopies?: number | undefined;
  /** Envoys that have their routes from it. */
  readonly proxies?: number | undefined;
}

/** @returns `null`: it says nothing, or nothing that can be read */
export function readAbout(said: unknown): PlaneAbout | null {
  const read = aboutSchema.safeParse(said);
  return read.success && unstorableIn(read.data) === null ? read.data : null;
}
