import { z } from 'zod';
import { PLANE_FEEDS, type PlaneFeed } from '#libs/traffic';

/** What is not known of it is newer than this reader, and no gate of its asks for it. */
const lacksSchema = z
  .array(z.string())
  .catch([])
  .transform((said) => PLANE_FEEDS.filter((feed) => said.includes(feed)));

/** What a batch says of its sender. */
export function readAbilities(body: object): {
  lacks: readonly PlaneFeed[];
  moves: boolean;
  serves: boolean;
} {
  const { lacks, moves, serves } = { ...body } as { lacks?: unknown; moves?: unknown; serves?: unknown };
  return { lacks: lacksSchema.parse(lacks ?? []), moves: moves === true, serves: serves !== false };
}

/** The same in the api's description. */
export const abilitiesDocument = {
  lacks: z
    .unknown()
    .optional()
    .describe(`What the sender does not do: ${PLANE_FEEDS.join(', ')}. Left out: it does all`),
  moves: z
    .unknown()
    .optional()
    .describe('true: it moves callers who are counted elsewhere, as by the weights of an HTTPRoute'),
  serves: z
    .unknown()
    .optional()
    .describe(
      'false: it brings evidence of data planes that have their routes from elsewhere, so that no step waits for its acknowledgement',
    ),
};
