import { SetMetadata } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import { type Caller, mayTouch } from '#libs/engine';
import { mlflowParamsOf } from '../mlflow/params.ts';
import type { UnitOfWork } from '../ports.ts';
import type { WithCaller } from './with-caller.ts';

/**
 * Where a request says which model it is about, for callers that are bound to some:
 * `query or none`: in the query, where it says one at all; `handler`: the handler sees to it (a list shows theirs only); `none`: it touches no model.
 * What says nothing and has no model in its path is refused to them.
 */
export type ModelPlace =
  | 'path'
  | 'rollout'
  | 'group'
  | 'members'
  | 'models'
  | 'body'
  | 'manifest'
  | 'query'
  | 'query or none'
  | 'mlflow'
  | 'handler'
  | 'none';

export const MODEL_IN_KEY = 'understudy:model-in';
export const ModelIn = (place: ModelPlace) => SetMetadata(MODEL_IN_KEY, place);

type Texts = Readonly<Record<string, unknown>>;

/** @throws DomainError `model_not_allowed` unless every model that the request is about is the caller's */
export async function assertModelAllowed(
  caller: Caller,
  request: WithCaller,
  place: ModelPlace | undefined,
  uow: UnitOfWork,
): Promise<void> {
  const params = request.params as Texts;
  const [body, query] = [toTexts(request.body), toTexts(request.query)];
  const where = place ?? ('model' in params ? 'path' : undefined);
  switch (where) {
    case 'handler':
    case 'none':
      return;
    case 'path':
      // A rename takes a name that must be theirs too.
      return assertAll(caller, [params['model'], ...(request.method === 'PATCH' ? [body['name']] : [])]);
    case 'body':
      return assertAll(caller, [body['name']]);
    case 'manifest':
      return assertAll(caller, [body['model']]);
    case 'query':
      if (query['model'] === undefined) throw notAllowed(caller, 'Say which one you mean, with ?model=.');
      return assertAll(caller, [query['model']]);
    case 'query or none':
      return assertAll(caller, [query['model']]);
    case 'mlflow': {
      // What the handler will use: it is read by the same rules.
      const called = mlflowParamsOf(request);
      return assertAll(caller, [...called.given('name'), ...called.given('new_name')]);
    }
    case 'members': {
      const members = Array.isArray(body['members']) ? body['members'] : [];
      return assertAll(
        caller,
        members.map((one) => toTexts(one)['model']),
      );
    }
    case 'models':
      return assertAll(caller, Object.keys(toTexts(body['models'])));
    case 'group': {
      const id = idOf(params);
      const group = id === null ? null : await uow.read((stores) => stores.groups.find(id));
      // Whoever is bound to some models learns nothing of the others' groups, not even that there is one.
      if (group?.members.every(({ model }) => mayTouch(caller.models, model))) return;
      throw notAllowed(caller, 'The release group is not of these alone.');
    }
    case 'rollout': {
      const id = idOf(params);
      const rollout = id === null ? null : await uow.read((stores) => stores.rollouts.find(id));
      // An unknown one is refused with its own error later.
      if (rollout === null || mayTouch(caller.models, rollout.model)) return;
      throw notAllowed(caller, 'The rollout is of none of them.');
    }
    case undefined:
      throw notAllowed(caller, 'This is for callers that are bound to no model.');
  }
}

/** `null`: it is of no form, and is refused with its own error later. */
const idOf = (params: Texts): string | null => {
  const id = String(params['id']);
  return /^[0-9a-f-]{36}$/i.test(id) ? id : null;
};

function assertAll(caller: Caller, names: readonly unknown[]): void {
  // What is missing is refused with its own error later.
  for (const name of names.flat().filter((one) => one !== undefined && one !== null)) {
    if (!mayTouch(caller.models, String(name)))
      throw notAllowed(caller, `"${String(name)}" is none of them.`);
  }
}

function notAllowed({ name, models }: Caller, more: string): DomainError {
  return new DomainError(
    'forbidden',
    'model_not_allowed',
    `"${name}" is bound to the models ${(models ?? []).join(', ')}. ${more}`,
  );
}

const toTexts = (value: unknown): Texts =>
  value !== null && typeof value === 'object' ? (value as Texts) : {};
