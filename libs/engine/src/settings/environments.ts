import { canonicalJson, DomainError } from '#libs/kernel';
import { mayTouch } from '../access/access.ts';
import type { By } from '../access/authority.ts';
import type { Stores } from '../ports/ports.ts';
import type { Reach } from '../access/reach.ts';
import type { ModelRecord } from '../ports/records.ts';

/*
 * Environments (ADR 27): `fraud-staging` and `fraud` are models of their own, with their own policy, routes and tokens.
 * The later one names the earlier one (`after`) and takes only artifacts that are proven there.
 */

/** Models in one chain, such as dev, staging and prod. */
const MOST_IN_A_CHAIN = 10;

/** The environment of a model as it is asked for; `after` is the name of a model. */
export interface AskedEnvironment {
  readonly name: string;
  readonly after: string | null;
}

/**
 * Replaces a model's environment and the model it comes after. The caller holds the model's lock, and keeps the model that it
 * is to come after (`lockModelAmong`). Rollouts that run are held to it at their next step.
 * @param asked `null`: it has none any more
 * @throws DomainError `environment_guarded` unless an admin takes away or changes what the model comes after;
 *   `after_not_found`, `after_not_allowed`, `environment_cycle`, `environment_chain_too_long`
 */
export async function setEnvironment(
  stores: Stores,
  model: ModelRecord,
  asked: AskedEnvironment | null,
  { actor, authority, reach }: By & { readonly reach: Reach },
): Promise<void> {
  const before = shown(model);
  if (canonicalJson(before) === canonicalJson(asked)) return;
  const isLoosened = before !== null && before.after !== null && before.after !== (asked?.after ?? null);
  if (isLoosened && authority !== 'admin')
    throw new DomainError(
      'forbidden',
      'environment_guarded',
      `"${model.name}" takes only what is proven in "${before.after ?? ''}". Only an admin changes or removes that.`,
      [{ pointer: '/after', detail: 'needs the scope admin' }],
    );
  const after =
    asked === null || asked.after === null ? null : await afterOf(stores, model, asked.after, reach);
  const environment = asked && { name: asked.name, after };
  await stores.models.update(model.id, { environment });
  await stores.events.append({
    modelId: model.id,
    rolloutId: null,
    type: 'model.environment_replaced',
    actor,
    touch: true,
    data: { environment: asked, before, ...(isLoosened ? { loosened: true } : {}) },
  });
}

const shown = ({ environment }: ModelRecord): AskedEnvironment | null =>
  environment && { name: environment.name, after: environment.after?.name ?? null };

/** The model that comes before, which must not come after this one itself. */
async function afterOf(
  stores: Stores,
  model: ModelRecord,
  name: string,
  reach: Reach,
): Promise<{ readonly id: string; readonly name: string }> {
  if (!mayTouch(reach.models, name))
    throw new DomainError(
      'forbidden',
      'after_not_allowed',
      `"${reach.name}" is not bound to "${name}", so "${model.name}" cannot be put after it. Use a token for both models.`,
      [{ pointer: '/after', detail: 'a model that you are not bound to' }],
    );
  // One chain changes at a time: two changes that are no cycle each could be one together.
  await stores.relations.excludeAll();
  const found = await stores.models.keep(name);
  if (!found)
    throw new DomainError('invalid', 'after_not_found', `There is no model "${name}". Create it first.`, [
      { pointer: '/after', detail: 'no such model' },
    ]);
  const chain = [model.name];
  for (let at: ModelRecord | null = found; at !== null;) {
    chain.unshift(at.name);
    if (at.id === model.id) throw cycle(chain);
    if (chain.length > MOST_IN_A_CHAIN) throw tooLong(chain);
    const next: string | undefined = at.environment?.after?.name;
    at = next === undefined ? null : await stores.models.find(next);
  }
  return { id: found.id, name: found.name };
}

const cycle = (chain: readonly string[]): DomainError =>
  new DomainError(
    'invalid',
    'environment_cycle',
    `A model cannot come after itself: ${chain.join(' → ')}. Name a model of an earlier environment.`,
    [{ pointer: '/after', detail: 'comes after this model itself' }],
  );

const tooLong = (chain: readonly string[]): DomainError =>
  new DomainError(
    'invalid',
    'environment_chain_too_long',
    `A chain has at most ${MOST_IN_A_CHAIN} models, and this one would have more: ${chain.join(' → ')}.`,
    [{ pointer: '/after', detail: `more than ${MOST_IN_A_CHAIN} models in a chain` }],
  );

/**
 * A model that others come after cannot be deleted: nothing could be proven for them any more.
 * @throws DomainError `model_comes_before`
 */
export async function assertComesBeforeNone(stores: Stores, model: ModelRecord): Promise<void> {
  const others = await stores.models.comingAfter(model.id);
  if (others.length === 0) return;
  throw new DomainError(
    'conflict',
    'model_comes_before',
    `The model "${model.name}" cannot be deleted: ${others.join(', ')} ${others.length === 1 ? 'comes' : 'come'} after it. Have an admin change that first (PUT /api/v1/models/{model}/environment).`,
  );
}
