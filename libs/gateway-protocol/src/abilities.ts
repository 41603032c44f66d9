import { z } from 'zod';
import { type PlaneAbout, readAbout } from './plane-about.ts';
import { PLANE_FEEDS, type PlaneFeed } from '#libs/traffic';

/** What is not known of it is newer than this reader, and no gate of its asks for it. */
const lacksSchema = z
  .array(z.string())
  .catch([])
  .transform((said) => PLANE_FEEDS.filter((feed) => said.includes(feed)));

/** What a batch says of its sender. */
export interface Abilities {
  readonly lacks: readonly PlaneFeed[];
  readonly moves: boolean;
  readonly serves: boolean;
  readonly about: PlaneAbout | null;
}

export function readAbilities(body: object): Abilities {
  const { lacks, moves, serves, about } = { ...body } as Readonly<Record<string, unknown>>;
  return {
    lacks: lacksSchema.parse(lacks ?? []),
    moves: moves === true,
    serves: serves !== false,
    about: readAbout(about),
  };
}

/** The same in the api's description. */
export const abilitiesDocument = {
  about: z
    .unknown()
    .optional()
    .describe(
      '{ kind, version, routesAgeMs?, lostRequests?, droppedCopies?, proxies? }: the sender itself, for people',
    ),
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
