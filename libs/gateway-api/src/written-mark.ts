import { z } from 'zod';
import type { GatewayRoute } from './gateway-route.ts';

/** What Understudy wrote last, kept in the object itself: any process can tell its own weights from somebody else's. */
export const WRITTEN_ANNOTATION = 'understudy.dev/written';
/** The field manager of all that is written here. */
export const FIELD_MANAGER = 'understudy';

const mark = z.object({
  /** Of the model's route. */
  revision: z.number().int(),
  /** `namespace/name:port` and its weight. */
  services: z.record(z.string(), z.number()),
  /** `namespace/name:port`; `null`: none. */
  mirror: z.string().nullable(),
});

/** What the rule said when it was written. */
export type WrittenMark = Readonly<z.infer<typeof mark>>;

/** @returns `null`: nothing was written yet, or nobody can read it */
export function readMark({ metadata }: Pick<GatewayRoute, 'metadata'>): WrittenMark | null {
  const text = metadata.annotations?.[WRITTEN_ANNOTATION];
  if (text === undefined) return null;
  try {
    return mark.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
