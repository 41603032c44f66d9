import type { Stores } from '../ports/ports.ts';
import type { ModelRecord } from '../ports/records.ts';

/** Takes versions off the history until `version` is its end, and makes it primary: proven, or an admin says so. */
export async function movePrimaryBack(
  stores: Stores,
  model: ModelRecord,
  version: number,
): Promise<ModelRecord> {
  const at = model.primaryHistory.lastIndexOf(version);
  const primaryHistory =
    at === -1
      ? [...model.primaryHistory.filter((v) => v !== model.primary), version]
      : model.primaryHistory.slice(0, at + 1);
  const after = await becomePrimary(stores, model, { primary: version, primaryHistory }, false, true);
  if (model.primary !== null && model.primary !== version)
    await stores.models.refuteTerms(model.id, model.primary);
  return after;
}

/** Puts a version at the end of the history and makes it primary. @param proven it has no bake to pass */
export async function movePrimaryForward(
  stores: Stores,
  model: ModelRecord,
  version: number,
  proven: boolean,
): Promise<ModelRecord> {
  const primaryHistory = [...model.primaryHistory.filter((v) => v !== version), version];
  return becomePrimary(stores, model, { primary: version, primaryHistory }, true, proven);
}

/** A retired model whose version becomes primary is retired no more. */
async function becomePrimary(
  stores: Stores,
  model: ModelRecord,
  moved: { readonly primary: number; readonly primaryHistory: readonly number[] },
  previousWasGood: boolean,
  proven: boolean,
): Promise<ModelRecord> {
  const retirement = model.retirement === null ? {} : { retirement: null };
  await stores.models.update(model.id, { ...moved, ...retirement });
  await stores.models.beginTerm(model.id, moved.primary, { previousWasGood, proven });
  return { ...model, ...moved, ...retirement };
}
