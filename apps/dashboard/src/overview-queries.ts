import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './api.ts';

/*
 * What the overview shows, page by page: a poll costs what is on the screen, however many models there are. Events make
 * all of it out of date together (`outdatedBy`).
 */

const PAGE_SIZE = 50;
/** Evidence comes without an event of its own. */
const LIVE_MS = 6_000;
const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { readonly nextPageToken: string | null }) => page.nextPageToken,
};

/** A filter for names with this text in them: what a pattern means otherwise is written as itself. */
const namesWith = (text: string): string =>
  `name ILIKE '%${text.replace(/[\\%_]/g, '\\$&').replaceAll("'", "''")}%'`;

/** @param text of a name; empty: all, by name */
export const modelPages = (text: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['overview', 'models', text],
    queryFn: async ({ pageParam: pageToken }) => {
      const query = { pageSize: PAGE_SIZE, pageToken, ...(text === '' ? {} : { filter: namesWith(text) }) };
      return dataOf(await client.GET('/api/v1/models', { params: { query: query as never } }));
    },
    placeholderData: keepPreviousData,
  });

/** The model of exactly this name, if there is one. */
export const modelNamed = (name: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['overview', 'models', 'named', name],
    queryFn: async () => {
      const filter = `name = '${name.replaceAll("'", "''")}'`;
      return dataOf(await client.GET('/api/v1/models', { params: { query: { filter } as never } }));
    },
  });

export const primariesOut = infiniteQueryOptions({
  ...pages,
  queryKey: ['overview', 'out'],
  queryFn: async ({ pageParam: pageToken }) => {
    const query = { primaryOut: 'true', pageSize: PAGE_SIZE, pageToken } as never;
    return dataOf(await client.GET('/api/v1/models', { params: { query } }));
  },
});

/** Rollouts that have not ended, the newest first; `person`: those that wait for one. */
const rolloutPages = (waitsFor: 'person' | null) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['overview', 'rollouts', waitsFor],
    queryFn: async ({ pageParam: pageToken }) => {
      const which = waitsFor === null ? {} : { waitsFor };
      const query = { live: 'true', ...which, pageSize: PAGE_SIZE, pageToken } as never;
      return dataOf(await client.GET('/api/v1/rollouts', { params: { query } }));
    },
    refetchInterval: LIVE_MS,
  });
export const liveRollouts = rolloutPages(null);
export const waitingRollouts = rolloutPages('person');

/** Rollouts that the overview tells the end of. */
const ENDED_SHOWN = 6;

/** What has ended, the latest end first. */
export const endedRollouts = queryOptions({
  queryKey: ['overview', 'rollouts', 'ended'],
  queryFn: async () => {
    const query = { ended: 'true', pageSize: ENDED_SHOWN } as never;
    return dataOf(await client.GET('/api/v1/rollouts', { params: { query } })).items;
  },
});
