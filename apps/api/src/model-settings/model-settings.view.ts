import type { ModelRecord, Stores } from '#libs/engine';
import { canonicalJson } from '#libs/kernel';
import { modelView } from '../models/model.view.ts';
import { segmentsView } from '../models/segments.schema.ts';

/** All parts of a model that a file may say, as `POST /model-settings` takes them. */
export async function settingsView(stores: Stores, model: ModelRecord) {
  const { description, tags, policy, callers, prices, environment, ...more } = modelView(model);
  const { autoRollout, primaryAliasStartsRollout, servingUrlTemplate, outputSpec } = more;
  return {
    description,
    tags,
    policy,
    callers,
    segments: segmentsView(await stores.segments.of(model.id)),
    prices,
    environment: environment ?? {},
    golden: { items: model.golden ?? [] },
    autoRollout,
    primaryAliasStartsRollout,
    servingUrlTemplate,
    outputSpec,
  };
}
export type SettingsView = Awaited<ReturnType<typeof settingsView>>;

/** The parts that are not as they were. @param before `null`: the model is new, and all that is not as it is for every new one counts */
export function changesOf(before: SettingsView, after: SettingsView, isNew: boolean) {
  return (Object.keys(after) as (keyof SettingsView)[])
    .filter((part) => canonicalJson(before[part]) !== canonicalJson(after[part]))
    .map((part) => ({ part, before: isNew ? null : before[part], after: after[part] }));
}
