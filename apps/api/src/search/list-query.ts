import { z } from 'zod';
import { DomainError } from '#libs/kernel';
import type { Found, RegistrySearch } from '#libs/engine';
import { pageQuery } from '../http/bodies/validation.ts';
import { parseFilter, parseOrderBy, type SearchGrammar } from './filter.ts';

const FIRST_ORDER = 4;
/** The query of a list that can be filtered and ordered. */
export const listQuery = pageQuery.extend({
  filter: z
    .string()
    .max(5_000)
    .optional()
    .describe("Conditions joined by AND, as `name LIKE 'rank%' AND tags.team = 'search'`"),
  orderBy: z
    .string()
    .max(500)
    .optional()
    .describe('Keys with ASC or DESC, joined by commas, as `updatedAt DESC`'),
});
export type ListQuery = z.infer<typeof listQuery>;

const TIMES = { createdAt: 'creation_timestamp', updatedAt: 'last_updated_timestamp' };
const refusedOrder = (keys: readonly string[]) => (key: string) =>
  `It cannot be ordered by "${key}". It can by ${keys.join(', ')}.`;

const MODEL_ORDERS = ['name', 'createdAt', 'updatedAt'];
export const MODEL_LIST: SearchGrammar = {
  texts: ['name'],
  numbers: [],
  instants: ['createdAt', 'updatedAt'],
  orders: MODEL_ORDERS,
  lists: ['name'],
  as: TIMES,
  hidesPrompts: false,
  refusedOrder: refusedOrder(MODEL_ORDERS),
};
const VERSION_ORDERS = ['version', 'createdAt', 'updatedAt'];
export const VERSION_LIST: SearchGrammar = {
  texts: ['runId', 'createdBy'],
  numbers: ['version'],
  instants: ['createdAt', 'updatedAt'],
  orders: VERSION_ORDERS,
  lists: ['runId'],
  as: { ...TIMES, version: 'version_number', runId: 'run_id', createdBy: 'created_by' },
  hidesPrompts: false,
  refusedOrder: refusedOrder(VERSION_ORDERS),
};

/**
 * Reads a list's query.
 * @param usual the order when none is named, and the last word where one is: no two items are equal in it
 */
export function searchOf(
  { filter, orderBy, pageSize, pageToken }: ListQuery,
  grammar: SearchGrammar,
  usual: RegistrySearch['orderBy'][number],
): RegistrySearch {
  const asked = parseOrderBy(orderBy === undefined ? [] : orderBy.split(',').slice(0, FIRST_ORDER), grammar);
  const ends = asked.findIndex(({ attribute }) => attribute === usual.attribute);
  const after = cursorOf(pageToken);
  return {
    where: parseFilter(filter ?? null, grammar),
    orderBy: ends < 0 ? [...asked, usual] : asked.slice(0, ends + 1),
    limit: pageSize,
    ...(after === null ? {} : { after }),
  };
}

/** The token of the page behind this one. */
export function nextPageToken({ more, cursor }: Found<unknown>): string | null {
  return more && cursor !== null ? Buffer.from(JSON.stringify(cursor)).toString('base64url') : null;
}

function cursorOf(token: string | null): readonly string[] | null {
  if (token === null) return null;
  const parsed = z.array(z.string()).safeParse(parseJson(Buffer.from(token, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new DomainError(
    'malformed',
    'page_token_invalid',
    'The pageToken is not one that this list gave out. Start again without it.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
