import { queryOptions } from '@tanstack/react-query';
import { problemOf, type Schemas, UnderstudyError } from '#libs/client';
import { here, token } from '../../api.ts';

export type Plan = Schemas['Plan'];

/** A model's policy as its author wrote it, and the tag of this state of it. */
export interface KeptPolicy {
  readonly text: string;
  readonly etag: string | null;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const given = token.get();
  const response = await fetch(`${here}/api/v1${path}`, {
    ...init,
    headers: { ...init.headers, ...(given === null ? {} : { authorization: `Bearer ${given}` }) },
  });
  if (!response.ok) throw new UnderstudyError(await problemOf(response));
  return response;
}

const ofModel = (model: string): string => `/models/${encodeURIComponent(model)}/policy`;

export const policyTextQuery = (model: string) =>
  queryOptions({
    queryKey: ['model', model, 'policy'],
    queryFn: async (): Promise<KeptPolicy> => {
      const response = await ask(ofModel(model), { headers: { accept: 'application/yaml' } });
      return { text: await response.text(), etag: response.headers.get('etag') };
    },
  });

interface Traffic {
  readonly model: string;
  readonly requestsPerSecond: string;
  readonly callers: string;
}

/** What a policy will do, as it is written. @throws UnderstudyError with the place of every mistake */
export async function planOf(text: string, traffic: Traffic, signal: AbortSignal): Promise<Plan> {
  const query = new URLSearchParams(Object.entries(traffic).filter(([, value]) => value !== ''));
  const response = await ask(`/policies/validate?${query}`, {
    ...{ method: 'POST', body: text, signal },
    headers: { 'content-type': 'application/yaml' },
  });
  return (await response.json()) as Plan;
}

/**
 * Gives a model this policy, unless it has another one by now than was seen.
 * @returns what the server warns of
 * @throws UnderstudyError
 */
export async function savePolicy(
  model: string,
  text: string,
  etag: string | null,
): Promise<readonly string[]> {
  // A proxy that compresses makes tags weak, which match nothing.
  const seen = etag === null ? {} : { 'if-match': etag.replace(/^W\//, '') };
  const response = await ask(ofModel(model), {
    ...{ method: 'PUT', body: text },
    headers: { 'content-type': 'application/yaml', ...seen },
  });
  const warning = response.headers.get('warning') ?? '';
  return [...warning.matchAll(/299 understudy ("(?:[^"\\]|\\.)*")/g)].map(
    ([, said = '""']) => JSON.parse(said) as string,
  );
}

/** What a rollout by another policy would have been decided. */
export async function replayBy(rollout: string, policy: unknown): Promise<Schemas['Replay']> {
  const response = await ask(`/rollouts/${rollout}/replay`, {
    method: 'POST',
    body: JSON.stringify(policy === undefined ? {} : { policy }),
    headers: { 'content-type': 'application/json' },
  });
  return (await response.json()) as Schemas['Replay'];
}
