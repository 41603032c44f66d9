import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { allPages, type Schemas } from '#libs/client';
import { client, dataOf, here, token } from './api.ts';
import { outdatedBy } from './outdated-by.ts';
import { loginName } from './stream/login-name.ts';
import { followShared } from './stream/shared-stream.ts';

export type Model = Schemas['Model'];
export type Version = Schemas['Version'];
export type Rollout = Schemas['Rollout'];
export type PrimaryTime = Schemas['PrimaryTime'];
export type Verdict = Schemas['GateVerdict'];
export type Event = Schemas['Event'];

/** While something lives, evidence comes without an event of its own. */
const LIVE_MS = 2_000;

/** Versions of several models that are released together. */
export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['release-group', id],
    queryFn: async () =>
      dataOf(await client.GET('/api/v1/release-groups/{id}', { params: { path: { id } } })),
    refetchInterval: LIVE_MS,
  });

/** How one logs in, and whether this browser has a session: nothing is refused to whoever has neither that nor a token. */
export const methodsQuery = queryOptions({
  queryKey: ['methods'],
  queryFn: async () => dataOf(await client.GET('/api/v1/auth/methods')),
});

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => dataOf(await client.GET('/api/v1/auth/me')),
  staleTime: Infinity,
  retry: false,
});

export const modelQuery = (model: string) =>
  queryOptions({
    queryKey: ['model', model],
    queryFn: async () => dataOf(await client.GET('/api/v1/models/{model}', { params: { path: { model } } })),
    // Of trouble at one gateway alone there is no event.
    refetchInterval: 3 * LIVE_MS,
  });

/** What may be done to a model now, as the api would carry it out; of a version: also whether it may be released. */
export const actionsQuery = (model: string, version: number | null = null) =>
  queryOptions({
    queryKey: ['model', model, 'actions', version],
    queryFn: async () => {
      const query = (version === null ? {} : { version }) as never;
      const params = { path: { model }, query };
      return dataOf(await client.GET('/api/v1/models/{model}/actions', { params })).actions;
    },
    enabled: model !== '',
    staleTime: 0,
  });

type ModelActions = Schemas['ModelActions']['actions'];

/** Why an action would be refused now; `null`: it would not, or nobody has said yet. */
export const whyNot = (
  actions: ModelActions | undefined,
  action: ModelActions[number]['action'],
): string | null => actions?.find((one) => one.action === action)?.because ?? null;

/** The named groups of a model's callers, and the tag of this state of them. */
export const segmentsQuery = (model: string) =>
  queryOptions({
    queryKey: ['model', model, 'segments'],
    queryFn: async () => {
      const { data, response } = await client.GET('/api/v1/models/{model}/segments', {
        params: { path: { model } },
      });
      if (data === undefined) throw new Error('The answer is empty.');
      return { known: data, etag: response.headers.get('etag') };
    },
  });

/** One version, with what its model server says now. */
export const versionQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: ['model', model, 'version', version],
    queryFn: async () =>
      dataOf(
        await client.GET('/api/v1/models/{model}/versions/{version}', {
          params: { path: { model, version } as never },
        }),
      ),
    refetchInterval: 5_000,
  });

export const versionsQuery = (model: string) =>
  queryOptions({
    queryKey: ['model', model, 'versions'],
    queryFn: () =>
      allPages<Version>(
        async (pageToken) =>
          dataOf(
            await client.GET('/api/v1/models/{model}/versions', {
              params: { path: { model }, query: { pageSize: 200, pageToken } as never },
            }),
          ),
        200,
      ),
  });

export const rolloutsOfQuery = (model: string) =>
  queryOptions({
    queryKey: ['model', model, 'rollouts'],
    queryFn: async () =>
      dataOf(await client.GET('/api/v1/models/{model}/rollouts', { params: { path: { model } } }))
        .items as Rollout[],
  });

export const lineageQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: ['model', model, 'lineage', version],
    queryFn: async () =>
      dataOf(
        await client.GET('/api/v1/models/{model}/versions/{version}/lineage', {
          params: { path: { model, version } as never },
        }),
      ),
  });

export const rolloutQuery = (id: string) =>
  queryOptions({
    queryKey: ['rollout', id],
    queryFn: async () => dataOf(await client.GET('/api/v1/rollouts/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data?.endedAt === null ? LIVE_MS : false),
  });

export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['rollout', id, 'events'],
    queryFn: async () =>
      dataOf(await client.GET('/api/v1/rollouts/{id}/events', { params: { path: { id } } })),
  });

export const evidenceQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: ['rollout', id, 'evidence'],
    queryFn: async () =>
      dataOf(await client.GET('/api/v1/rollouts/{id}/evidence', { params: { path: { id } } })).items,
    refetchInterval: isLive ? LIVE_MS : false,
  });

const distributionsOf = async (id: string) =>
  dataOf(await client.GET('/api/v1/rollouts/{id}/distributions', { params: { path: { id } } })).items;
export type DistributionFound = Awaited<ReturnType<typeof distributionsOf>>[number];
export const distributionsQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: ['rollout', id, 'distributions'],
    queryFn: () => distributionsOf(id),
    refetchInterval: isLive ? 2 * LIVE_MS : false,
  });

const samplesOf = async (id: string) =>
  dataOf(await client.GET('/api/v1/rollouts/{id}/samples', { params: { path: { id } } })).items;
export type Sample = Awaited<ReturnType<typeof samplesOf>>[number];
export const samplesQuery = (id: string, isLive: boolean) =>
  queryOptions({
    queryKey: ['rollout', id, 'samples'],
    queryFn: () => samplesOf(id),
    refetchInterval: isLive ? 2 * LIVE_MS : false,
  });

const GATHER_MS = 250;

/**
 * Keeps what is shown as it is, by the stream of events; many at once cost one look.
 * @param me who is logged in, as `GET /auth/me` says
 * @param changed told whether it is known right now what happens
 */
export async function followEvents(
  queries: QueryClient,
  me: unknown,
  signal: AbortSignal,
  changed: (isUp: boolean) => void,
): Promise<void> {
  let waiting = new Map<string, string[]>();
  let timer: number | null = null;
  const look = (): void => {
    timer = null;
    for (const queryKey of waiting.values()) void queries.invalidateQueries({ queryKey });
    waiting = new Map();
  };
  const share = await loginName(token.get(), me);
  await followShared({
    ...{ url: here, token: token.get, signal, share },
    connected: () => {
      changed(true);
      // Something may have been missed; a session may be somebody else's by now.
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== 'me' || token.get() === null,
      });
    },
    event: (event) => {
      for (const key of outdatedBy(event)) waiting.set(key.join('\n'), key);
      timer ??= window.setTimeout(look, GATHER_MS);
    },
    lost: () => changed(false),
    refused: () => void queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}
