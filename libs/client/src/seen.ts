import type { paths } from './api.ts';
import type { Schemas, UnderstudyClient } from './client.ts';
import { UnderstudyError } from './client.ts';

/*
 * Commands that say what their sender saw: `If-Match` with what was read. Where only a clock has moved since (all that was shown is as it was),
 * the command is sent again by itself; else it is refused, nothing is done, and the error says what is so now.
 */

type Rollout = Schemas['Rollout'];
type Acted = Rollout & { readonly outcome?: string | null };
export type RolloutAction = Rollout['legalActions'][number];

/** Where a model stands: what a word to it is decided on. */
export interface SeenModel {
  readonly model: string;
  readonly primary: number | null;
  /** The version whose rollout lives, in traffic or not; `null`: none. */
  readonly live: number | null;
  /** Of the route; `null`: there is none. */
  readonly revision: number | null;
}

/** A clock that moves at each look is no reason to give up; what takes a version off is tried for longer. */
const MOST_TRIES = 3;
const MOST_TRIES_OFF = 20;
const ifMatch = (revision: number | null): Record<string, string> =>
  revision === null ? {} : { 'if-match': `"r${revision}"` };

function dataOf<T>({ data }: { readonly data?: T }): T {
  if (data === undefined) throw new Error('The answer is empty.');
  return data;
}

export const lookAtRollout = async (client: UnderstudyClient, id: string): Promise<Rollout> =>
  dataOf(await client.GET('/api/v1/rollouts/{id}', { params: { path: { id } } }));

export async function lookAtModel(client: UnderstudyClient, model: string): Promise<SeenModel> {
  const path = { model };
  // The route first: what begins after it is seen by its rollout, and refused by `from`.
  const route = await client
    .GET('/api/v1/models/{model}/route', { params: { path } })
    .then(dataOf)
    .catch((error: unknown) => {
      if (error instanceof UnderstudyError && error.code === 'route_not_found') return null;
      throw error;
    });
  const { primary } = dataOf(await client.GET('/api/v1/models/{model}', { params: { path } }));
  const query = { pageSize: 50 } as never;
  const rollouts = dataOf(await client.GET('/api/v1/models/{model}/rollouts', { params: { path, query } }));
  const live = rollouts.items.find(({ queued, endedAt }) => !queued && endedAt === null)?.version ?? null;
  return { model, primary: primary ?? null, live, revision: route?.revision ?? null };
}

/** What a person sees of a rollout, and decides on. */
const shownOf = ({ state, step, policyHash, approvals }: Rollout): string =>
  JSON.stringify([
    state,
    step?.index ?? null,
    policyHash,
    (approvals as readonly unknown[] | undefined)?.length,
  ]);

/** `abort` takes a version off wherever it has come to meanwhile: a step further is no reason to leave it with callers. */
const isOff = (word: string): boolean => word === 'abort';
const isLive = ({ endedAt }: Rollout): boolean => endedAt === null;

/** In words: "running, step 2 (canary; index 1)". People count steps from 1; a command that names the step that was seen takes its index. */
export const standingOf = ({ state, step }: Pick<Rollout, 'state' | 'step'>): string =>
  `${state.replaceAll('_', ' ')}${step ? `, ${stepInWords(step)}` : ''}`;

export const stepInWords = ({ index, kind }: Pick<NonNullable<Rollout['step']>, 'index' | 'kind'>): string =>
  `step ${index + 1} (${kind}; index ${index})`;

/** In words: "version 3 is on trial, version 2 serves". */
export const servesOf = ({ primary, live }: Pick<SeenModel, 'primary' | 'live'>): string =>
  [
    ...(live === null || live === primary ? [] : [`version ${live} is on trial`]),
    `${primary === null ? 'nothing' : `version ${primary}`} serves${live !== null && live === primary ? ', and is in its bake' : ''}`,
  ].join(', ');

/**
 * Acts on a rollout as it was seen.
 * @param body as the api takes it, with the reason
 * @throws UnderstudyError `changed_meanwhile`, with what is so now, when it has moved since
 */
export async function actOnSeen(
  client: UnderstudyClient,
  seen: Rollout,
  action: RolloutAction,
  body: object,
): Promise<Acted> {
  return stillSeen(seen, {
    send: async (now) =>
      dataOf(
        await client.POST(`/api/v1/rollouts/{id}/${action}`, {
          ...{ params: { path: { id: seen.id } }, headers: ifMatch(now.revision) },
          body: body as never,
        }),
      ) as Acted,
    look: () => lookAtRollout(client, seen.id),
    shown: (one) => (isOff(action) && isLive(one) ? 'live' : shownOf(one)),
    words: standingOf,
    tries: isOff(action) ? MOST_TRIES_OFF : MOST_TRIES,
  });
}

export type SeenGroup =
  paths['/api/v1/release-groups/{id}']['get']['responses']['200']['content']['application/json'];
export type GroupWord = 'approve' | 'reject' | 'promote' | 'finish' | 'abort' | 'retry';

export const lookAtGroup = async (client: UnderstudyClient, id: string): Promise<SeenGroup> =>
  dataOf(await client.GET('/api/v1/release-groups/{id}', { params: { path: { id } } }));

/**
 * Says one word to a release group as it was seen.
 * @param body as the api takes it, with the reason
 * @returns the group afterwards, with why nothing was done, where that is so; for `retry` the new one
 * @throws UnderstudyError as `actOnSeen`
 */
export async function actOnGroupSeen(
  client: UnderstudyClient,
  seen: SeenGroup,
  word: GroupWord,
  body: object,
): Promise<SeenGroup & { readonly outcome?: string | null }> {
  const membersOf = ({ members }: SeenGroup): readonly Rollout[] => members as readonly Rollout[];
  return stillSeen(seen, {
    send: async (now) =>
      dataOf(
        await client.POST(`/api/v1/release-groups/{id}/${word}`, {
          ...{ params: { path: { id: seen.id } }, headers: ifMatch(now.revision) },
          body: body as never,
        }),
      ),
    look: () => lookAtGroup(client, seen.id),
    shown: (group) =>
      isOff(word) && group.state === 'live'
        ? 'live'
        : JSON.stringify(membersOf(group).map((one) => [one.id, one.queued, shownOf(one)])),
    words: (group) =>
      membersOf(group)
        .map((one) => `${one.model} ${one.version} is ${standingOf(one)}`)
        .join('; '),
    tries: isOff(word) ? MOST_TRIES_OFF : MOST_TRIES,
  });
}

/** Rolls a model back as it was seen: from its live rollout, else from its primary. @throws UnderstudyError as `actOnSeen` */
export const rollBackSeen = (client: UnderstudyClient, seen: SeenModel, body: object) =>
  sayToModel(client, seen, (now, asked) => {
    const from = now.live ?? now.primary;
    const said = { ...(from === null ? {} : { from }), ...body } as never;
    return client.POST('/api/v1/models/{model}/rollback', { ...asked, body: said });
  });

/** Makes a version primary at once, of a model as it was seen. @throws UnderstudyError as `actOnSeen` */
export const promoteSeen = (client: UnderstudyClient, seen: SeenModel, body: object) =>
  sayToModel(client, seen, (_now, asked) =>
    client.POST('/api/v1/models/{model}/promote', { ...asked, body: body as never }),
  );

/** Takes a model out of service, as it was seen. @throws UnderstudyError as `actOnSeen` */
export const retireSeen = (client: UnderstudyClient, seen: SeenModel, body: object) =>
  sayToModel(client, seen, (_now, asked) =>
    client.POST('/api/v1/models/{model}/retire', { ...asked, body: body as never }),
  );

/** Has a retired model serve again, as it was seen. @throws UnderstudyError as `actOnSeen` */
export const unretireSeen = (client: UnderstudyClient, seen: SeenModel, body: object) =>
  sayToModel(client, seen, (_now, asked) =>
    client.POST('/api/v1/models/{model}/unretire', { ...asked, body: body as never }),
  );

/** Whom a word is for, and what its sender saw. */
interface ToModel {
  readonly params: { readonly path: { readonly model: string } };
  readonly headers: Record<string, string>;
}

const sayToModel = <A>(
  client: UnderstudyClient,
  seen: SeenModel,
  send: (now: SeenModel, asked: ToModel) => Promise<{ readonly data?: A }>,
): Promise<A> =>
  stillSeen(seen, {
    send: async (now) =>
      dataOf(await send(now, { params: { path: { model: seen.model } }, headers: ifMatch(now.revision) })),
    look: () => lookAtModel(client, seen.model),
    shown: ({ primary, live }) => JSON.stringify([primary, live]),
    words: servesOf,
    tries: MOST_TRIES,
  });

interface Sending<S, A> {
  readonly send: (now: S) => Promise<A>;
  readonly look: () => Promise<S>;
  readonly shown: (one: S) => string;
  readonly words: (one: S) => string;
  readonly tries: number;
}

async function stillSeen<S, A>(
  seen: S,
  { send, look, shown, words, tries: most }: Sending<S, A>,
): Promise<A> {
  let now = seen;
  for (let tries = 1; ; tries++) {
    try {
      return await send(now);
    } catch (error) {
      if (!(error instanceof UnderstudyError) || error.code !== 'changed_meanwhile') throw error;
      now = await look();
      if (shown(now) === shown(seen) && tries < most) continue;
      throw new UnderstudyError({
        ...error.problem,
        detail: `It has changed since you looked (${words(seen)}); now: ${words(now)}. Nothing was done. Look again, and decide anew.`,
      });
    }
  }
}
