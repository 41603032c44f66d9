import type { RegistrySearch } from '#libs/engine';
import { invalid } from './mlflow-error.ts';
import type { MlflowParams } from './params.ts';
import { parseFilter, parseOrderBy, type SearchGrammar } from '../search/filter.ts';

/**
 * Reads filter, order and page of a search. Page tokens are MLflow's kind: where the next page starts.
 * @param usual the order when none is named, and the last word where one is
 */
export function pageOf(
  params: MlflowParams,
  grammar: SearchGrammar,
  fallback: number,
  most: number,
  usual: RegistrySearch['orderBy'],
): { search: RegistrySearch; next: string } {
  const limit = params.maxResults(fallback, most);
  const offset = offsetOf(params.optional('page_token'));
  const asked = parseOrderBy(params.list('order_by'), grammar);
  const named = new Set(asked.map(({ attribute }) => attribute));
  const search = {
    where: parseFilter(params.optional('filter'), grammar),
    orderBy: [...asked, ...usual.filter(({ attribute }) => !named.has(attribute))],
    limit,
    offset,
  };
  const next = Buffer.from(JSON.stringify({ offset: offset + limit })).toString('base64');
  return { search, next };
}

function offsetOf(token: string | null): number {
  if (token === null || token === '') return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64').toString()) as { offset?: unknown };
    if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
  } catch {
    // told below
  }
  throw invalid('Invalid page token, could not base64-decode');
}
