import { DomainError } from '#libs/kernel';
import { DEFAULT_POLICY_DOCUMENT, parseKeptPolicy, readsOf } from '#libs/rollout';
import { type Caller, mayTouch } from './access.ts';
import type { Stores } from '../ports/ports.ts';
import type { WebhookSource } from '../ports/webhooks.ts';

/** What whoever submits something may reach besides the model that it is about. */
export interface Reach {
  readonly name: string;
  /** The only models that they may see: names, or prefixes that end with `*`; `null`: all. */
  readonly models: readonly string[] | null;
  /** May they have Prometheus asked? A query reads the series of all models. */
  readonly mayQuery: boolean;
  /** May they have a URL asked for a verdict? */
  readonly mayAskUrls: boolean;
  /** Who has sent the bytes of artifacts; `null`: nobody. */
  readonly uploader: string | null;
}

/** An operator reaches as far as the models that they are bound to; a publisher has nothing asked. */
export function reachOf({ id, name, models, scopes }: Caller): Reach {
  const operates = scopes.includes('admin') || scopes.includes('operate');
  return { name, models, uploader: id, mayAskUrls: operates, mayQuery: operates && models === null };
}

export const reachOfSource = ({ name, models }: Pick<WebhookSource, 'name' | 'models'>): Reach => ({
  ...{ name, models, uploader: null, mayAskUrls: false, mayQuery: false },
});

/**
 * A policy has things read: another model's feedback, a query, a URL. Whoever writes it may have nothing read that
 * they may not read, unless the policy that it stands in for has it read already.
 * @param document whoever writes it looks at the rest of it; that it is the kept one, sent again, is no mistake
 * @param than that policy's document; `null`: the default one
 * @throws DomainError `policy_model_not_allowed`, `policy_query_not_allowed` or `policy_url_not_allowed`
 */
export function assertPolicyReads(document: unknown, than: unknown, reach: Reach): void {
  const before = readsOf(parseKeptPolicy(than ?? DEFAULT_POLICY_DOCUMENT));
  const { models, queries, urls } = readsOf(parseKeptPolicy(document));
  const isNew = (known: readonly string[]) => (one: string) => !known.includes(one);
  const foreign = models.filter(isNew(before.models)).find((model) => !mayTouch(reach.models, model));
  if (foreign !== undefined)
    throw refused(
      'policy_model_not_allowed',
      reach,
      `feedback on "${foreign}", which is none of its models. Have an operator of both put it into the model's policy`,
    );
  if (!reach.mayQuery && queries.some(isNew(before.queries)))
    throw refused(
      'policy_query_not_allowed',
      reach,
      "a query that the model's policy does not have. A query reads the series of all models: have an operator who is bound to none put it into the model's policy",
    );
  if (!reach.mayAskUrls && urls.some(isNew(before.urls)))
    throw refused(
      'policy_url_not_allowed',
      reach,
      "a URL that the model's policy does not have. Have an operator put it into the model's policy",
    );
}

const refused = (code: string, { name }: Reach, what: string): DomainError =>
  new DomainError('forbidden', code, `The policy of "${name}" asks for ${what}.`, [
    { pointer: '/policy/gates', detail: code },
  ]);

/**
 * An artifact is theirs whose versions name it, and theirs who have sent its bytes; one that no version names may be
 * registered by whoever knows its digest.
 * @throws DomainError `artifact_not_allowed`
 */
export async function assertArtifactUse(stores: Stores, digest: string, reach: Reach): Promise<void> {
  if (reach.models === null) return;
  const { isTheirs, isOthers } = await stores.artifacts.usesOf(digest, reach.models, reach.uploader);
  if (isTheirs || !isOthers) return;
  throw new DomainError(
    'forbidden',
    'artifact_not_allowed',
    `The artifact ${digest} belongs to a model that "${reach.name}" is not bound to. Upload it yourself to use the same bytes.`,
  );
}
