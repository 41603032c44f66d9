import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages } from '#libs/client';
import { client, dataOf } from './api.ts';
import type { PrimaryTime, Rollout } from './queries.ts';

/** What the page of a version asks for. All of it is of its model, so the model's events make it out of date. */
const pathOf = (model: string, version: number) => ({ path: { model, version } as never });

/** Of a model with more of them, people ask for the next page. */
const VERSIONS_A_PAGE = 100;

/** The versions of a model, a page at a time: the newest first, or the oldest. */
export const versionPages = (model: string, isOldestFirst: boolean) =>
  infiniteQueryOptions({
    queryKey: ['model', model, 'versions', isOldestFirst],
    initialPageParam: null as string | null,
    getNextPageParam: (page: { readonly nextPageToken: string | null }) => page.nextPageToken,
    queryFn: async ({ pageParam: pageToken }) => {
      const order = isOldestFirst ? { orderBy: 'version ASC' } : {};
      const query = { pageSize: VERSIONS_A_PAGE, pageToken, ...order } as never;
      const params = { path: { model }, query };
      return dataOf(await client.GET('/api/v1/models/{model}/versions', { params }));
    },
    placeholderData: keepPreviousData,
  });

/** When versions of a model were primary, the newest time first. @param version of this one only; `null`: of all */
export const primaryTimesQuery = (model: string, version: number | null) =>
  queryOptions({
    queryKey: ['model', model, 'primaries', version],
    queryFn: () =>
      allPages<PrimaryTime>(async (pageToken) => {
        const query = { pageSize: 200, pageToken, ...(version === null ? {} : { version }) } as never;
        const params = { path: { model }, query };
        return dataOf(await client.GET('/api/v1/models/{model}/primaries', { params }));
      }, 200),
  });

export const rolloutsOfVersionQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: ['model', model, 'rollouts', version],
    queryFn: async () => {
      const params = { path: { model }, query: { version } as never };
      return dataOf(await client.GET('/api/v1/models/{model}/rollouts', { params })).items as Rollout[];
    },
  });

export const scoreQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: ['model', model, 'score', version],
    queryFn: async () => {
      const params = pathOf(model, version);
      return dataOf(await client.GET('/api/v1/models/{model}/versions/{version}/score', { params }));
    },
  });

/** Can callers of the primary, or of another version, go on as they are? */
export const compatibilityQuery = (model: string, version: number, other: number) =>
  queryOptions({
    queryKey: ['model', model, 'compatibility', version, other],
    queryFn: async () => {
      const params = { ...pathOf(model, version), query: { with: other } as never };
      return dataOf(await client.GET('/api/v1/models/{model}/versions/{version}/compatibility', { params }));
    },
  });

export const cardQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: ['model', model, 'card', version],
    queryFn: async () => {
      const params = pathOf(model, version);
      return dataOf(
        await client.GET('/api/v1/models/{model}/versions/{version}/card', { params, parseAs: 'text' }),
      ) as string;
    },
  });

/** Is there something to download: were the bytes uploaded here? */
export const uploadQuery = (digest: string | null) =>
  queryOptions({
    queryKey: ['artifact', digest],
    enabled: digest !== null,
    staleTime: Infinity,
    queryFn: async () => {
      const params = { path: { digest: digest ?? '' } };
      const found = await client.HEAD('/api/v1/artifacts/{digest}', { params }).catch(() => null);
      return { isHere: found?.response.ok ?? false };
    },
  });
