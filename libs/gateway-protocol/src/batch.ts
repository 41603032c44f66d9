import { z } from 'zod';
import { type FieldError, toPointer, unstorableIn } from '#libs/kernel';
import type { PlaneFeed } from '#libs/traffic';
import { type Abilities, abilitiesDocument, readAbilities } from './abilities.ts';
import {
  type Acknowledgement,
  acknowledgementSchema,
  type EvidenceEntry,
  evidenceEntrySchema,
  type PrimaryWord,
  primaryWordSchema,
  type Sample,
  sampleSchema,
  type ServedRequest,
  servedRequestSchema,
  type TextPair,
  textPairSchema,
  type Trip,
  tripSchema,
} from './entries.schema.ts';
import type { PlaneAbout } from './plane-about.ts';
import { LIMITS } from './limits.ts';

/** What names a batch: the api counts each (gateway, boot, sequence) once. */
export interface BatchName {
  readonly gateway: string;
  readonly boot: string;
  readonly sequence: number;
}

/** The lists of a batch, each taken entry by entry. */
export interface BatchLists {
  readonly acknowledged: readonly Acknowledgement[];
  readonly entries: readonly EvidenceEntry[];
  readonly served: readonly ServedRequest[];
  readonly samples: readonly Sample[];
  readonly textPairs: readonly TextPair[];
  readonly trips: readonly Trip[];
  readonly primaries: readonly PrimaryWord[];
}
export type ListName = keyof BatchLists;

/** The body of POST /api/v1/gateway/evidence. A batch without entries is a heartbeat. */
export interface EvidenceBatch extends BatchName, BatchLists {
  /** What its sender does not do. Left out: it does all. */
  readonly lacks?: readonly PlaneFeed[];
  /** It moves callers who are counted elsewhere, as by the weights of an HTTPRoute. */
  readonly moves?: true;
  /** Its sender itself, for people. */
  readonly about?: PlaneAbout;
  /** It brings evidence of data planes that have their routes from elsewhere: nobody waits for its acknowledgement. */
  readonly serves?: false;
}

export const EMPTY_LISTS: BatchLists = {
  acknowledged: [],
  entries: [],
  served: [],
  samples: [],
  textPairs: [],
  trips: [],
  primaries: [],
};
/** In the order in which they are handled. */
export const LIST_NAMES = [
  'trips',
  'acknowledged',
  'primaries',
  'entries',
  'samples',
  'textPairs',
  'served',
] as const;

/** One entry that was not taken, while the others of its batch were. */
export interface Refusal {
  readonly list: ListName;
  /** Its place in the list; `null`: the list itself cannot be read. */
  readonly index: number | null;
  /** Whose it is, as far as it says. */
  readonly model: string | null;
  readonly rolloutId: string | null;
  /** Where in the batch (JSON pointer), and what is wrong there. */
  readonly pointer: string;
  readonly reason: string;
}

/** A batch as it was read: what can be taken, with its place in what was sent, and what cannot. */
export interface ReadBatch extends Abilities {
  readonly name: BatchName;
  readonly lists: BatchLists;
  /** The place of each entry of `lists` in the list that was sent. */
  readonly places: Readonly<Record<ListName, readonly number[]>>;
  readonly refused: readonly Refusal[];
}

const nameSchema = z.object({
  gateway: z.string().min(1).max(200),
  boot: z.string().min(1).max(100),
  sequence: z.int().min(1),
});

const SCHEMAS: { readonly [L in ListName]: z.ZodType<BatchLists[L][number]> } = {
  acknowledged: acknowledgementSchema,
  entries: evidenceEntrySchema,
  served: servedRequestSchema,
  samples: sampleSchema,
  textPairs: textPairSchema,
  trips: tripSchema,
  primaries: primaryWordSchema,
};
const MOST: Readonly<Record<ListName, number>> = {
  acknowledged: LIMITS.acknowledgements,
  entries: LIMITS.items,
  served: LIMITS.items,
  samples: LIMITS.items,
  textPairs: LIMITS.items,
  trips: LIMITS.items,
  primaries: LIMITS.items,
};

/**
 * Reads a batch entry by entry: one that is wrong is named and left out, the others are taken. Unknown fields
 * and unknown lists are ignored; lists that are missing are empty.
 * @param body the parsed JSON
 * @returns `mistakes` where the batch's own name cannot be read, so that nobody can tell a repeat
 */
export function readBatch(body: unknown): ReadBatch | { readonly mistakes: readonly FieldError[] } {
  const named = nameSchema.safeParse(body);
  const mistakes = named.success ? [] : fieldErrors(named.error, []);
  if (!named.success || typeof body !== 'object' || body === null) return { mistakes };
  const unstorable = unstorableIn({ ...named.data });
  if (unstorable) return { mistakes: [unstorable] };
  const refused: Refusal[] = [];
  const read = Object.fromEntries(
    LIST_NAMES.map((list) => [
      list,
      readList(list, Object.hasOwn(body, list) ? own(body, list) : [], refused),
    ]),
  ) as { readonly [L in ListName]: Taken<L> };
  const each = <T>(pick: (taken: Taken<ListName>) => T): Record<ListName, T> =>
    Object.fromEntries(LIST_NAMES.map((list) => [list, pick(read[list])])) as Record<ListName, T>;
  return {
    name: named.data,
    ...readAbilities(body),
    lists: each((taken) => taken.items) as unknown as BatchLists,
    places: each((taken) => taken.places),
    refused,
  };
}

interface Taken<L extends ListName> {
  readonly items: readonly BatchLists[L][number][];
  readonly places: readonly number[];
}

function readList<L extends ListName>(list: L, value: unknown, refused: Refusal[]): Taken<L> {
  const items: BatchLists[L][number][] = [];
  const places: number[] = [];
  if (value === undefined || value === null) return { items, places };
  if (!Array.isArray(value)) {
    refused.push({ ...NOBODY, list, index: null, pointer: `/${list}`, reason: 'not a list' });
    return { items, places };
  }
  for (const [index, item] of (value as readonly unknown[]).entries()) {
    const mistake =
      index < MOST[list] ? null : { pointer: toPointer([list, index]), detail: `more than ${MOST[list]}` };
    const read = mistake ?? readItem(list, index, item);
    if ('pointer' in read && 'detail' in read)
      refused.push({ ...whose(item), list, index, pointer: read.pointer, reason: read.detail });
    else {
      items.push(read as BatchLists[L][number]);
      places.push(index);
    }
  }
  return { items, places };
}

function readItem<L extends ListName>(
  list: L,
  index: number,
  item: unknown,
): BatchLists[L][number] | FieldError {
  const unstorable = unstorableIn(item, [list, index]);
  if (unstorable) return unstorable;
  const parsed = SCHEMAS[list].safeParse(item);
  if (parsed.success) return parsed.data;
  return (
    fieldErrors(parsed.error, [list, index])[0] ?? { pointer: toPointer([list, index]), detail: 'unreadable' }
  );
}

const fieldErrors = (error: z.ZodError, at: readonly PropertyKey[]): FieldError[] =>
  error.issues.map((issue) => ({ pointer: toPointer([...at, ...issue.path]), detail: issue.message }));

const NOBODY = { model: null, rolloutId: null };
const LONGEST_SHOWN = 256;

/** Whose an entry is, as far as it says so in a way that can be shown. */
export function whose(item: unknown): Pick<Refusal, 'model' | 'rolloutId'> {
  const shown = (key: string): string | null => {
    const value =
      typeof item === 'object' && item !== null && Object.hasOwn(item, key) ? own(item, key) : null;
    return typeof value === 'string' && value.length <= LONGEST_SHOWN && unstorableIn(value) === null
      ? value
      : null;
  };
  return { model: shown('model'), rolloutId: shown('rolloutId') };
}

const own = (value: object, key: string): unknown => (value as Readonly<Record<string, unknown>>)[key];

/** The body as the api's description has it: only the name is checked as a whole, everything else entry by entry. */
export const batchDocument = z.looseObject({
  ...nameSchema.shape,
  ...abilitiesDocument,
  acknowledged: z.unknown().optional().describe('[{ model, revision }]: routes that are served by'),
  entries: z
    .unknown()
    .optional()
    .describe('[{ rolloutId, revision, arm, segment?, tally }]: counts of one arm'),
  trips: z
    .unknown()
    .optional()
    .describe(
      '[{ model, rolloutId, version, failures, of, inARow?, primaryFailures?, primaryOf?, pauseMs?, number? }]: candidates that get no callers for a while',
    ),
  primaries: z
    .unknown()
    .optional()
    .describe(
      '[{ model, version, state, forMs, failures?, because? }]: primaries that answer nobody, or answer again',
    ),
  served: z
    .unknown()
    .optional()
    .describe('[{ requestId, model, rolloutId, revision, arm, segments }]: for feedback by request id'),
  samples: z
    .unknown()
    .optional()
    .describe('[{ rolloutId, revision, requestId, request, primary, candidate, badness }]: disagreements'),
  textPairs: z
    .unknown()
    .optional()
    .describe(
      '[{ rolloutId, revision, requestId, request, primary, candidate, identical }]: texts for the pairwise judge',
    ),
});
