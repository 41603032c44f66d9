import { canonicalJson } from '#libs/kernel';
import { expandedPolicy } from '#libs/rollout';
import { DEFAULT_CALLER_RULES, type ModelPrices } from '#libs/traffic';
import type { DeployerInfo, Stores } from '../../ports/ports.ts';
import { type ModelRecord, NO_RELEASE_SETTINGS } from '../../ports/records.ts';
import { editModel } from '../../registry/edit-model.ts';
import { effectivePolicy } from '../../release/release-authority.ts';
import { replaceSegments } from '../caller-segments.ts';
import { setEnvironment } from '../environments.ts';
import { replacePrices } from '../prices.ts';
import { replaceGolden, replacePolicy } from '../replace-documents.ts';
import { setCallerRules } from '../set-caller-rules.ts';
import type { By } from '../../access/authority.ts';
import type { Reach } from '../../access/reach.ts';
import type { AskedSettings, SettingsPart } from './asked-settings.ts';

export interface Writing {
  readonly stores: Stores;
  /** As it is now; it is locked. */
  readonly model: ModelRecord;
  readonly settings: AskedSettings;
  readonly by: By & { readonly reach: Reach; readonly deployer: Pick<DeployerInfo, 'servesSources'> };
}

/** What the policy of before may need is taken away last. */
export const TAKEN_AWAY = { segments: 'segments left', prices: 'no prices' } as const;
type WrittenPart = SettingsPart | (typeof TAKEN_AWAY)[keyof typeof TAKEN_AWAY];

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/** Writes one part, unless it is left out or is so already; what it takes away, `takeAway` does. */
export async function writePart(writing: Writing, part: SettingsPart): Promise<void> {
  if (writing.settings[part] !== undefined) await WRITERS[part](writing);
}

export async function takeAway(writing: Writing, part: keyof typeof TAKEN_AWAY): Promise<void> {
  if (writing.settings[part] !== undefined) await WRITERS[TAKEN_AWAY[part]](writing);
}

const isNone = ({ usual, versions }: ModelPrices): boolean =>
  usual === null && Object.keys(versions).length === 0;

const WRITERS: Readonly<Record<WrittenPart, (writing: Writing) => Promise<unknown>>> = {
  environment: ({ stores, model, settings, by }) =>
    setEnvironment(stores, model, settings.environment ?? null, by),

  description: async ({ stores, model, settings: { description }, by }) => {
    if (description !== model.description) await editModel(stores, model.name, { description }, by);
  },

  tags: async ({ stores, model, settings: { tags = {} }, by }) => {
    if (same(tags, model.tags)) return;
    const gone = Object.keys(model.tags).filter((name) => !Object.hasOwn(tags, name));
    const edits = { ...Object.fromEntries(gone.map((name) => [name, null])), ...tags };
    await editModel(stores, model.name, { tags: edits }, by);
  },

  release: async ({ stores, model, settings: { release: asked = {} }, by }) => {
    const before = { ...NO_RELEASE_SETTINGS, ...model.releaseSettings };
    if (same(before, { ...before, ...asked })) return;
    await editModel(stores, model.name, { releaseSettings: asked }, by, by.deployer);
  },

  callers: ({ stores, model, settings, by }) =>
    setCallerRules(stores, model.name, settings.callers ?? DEFAULT_CALLER_RULES, by.actor),

  prices: async ({ stores, model, settings: { prices }, by }) => {
    if (prices && !isNone(prices)) await replacePrices(stores, model, prices, by);
  },

  segments: async ({ stores, model, settings: { segments = new Map() }, by }) => {
    const before = await stores.segments.of(model.id);
    await replaceSegments(stores, model, new Map([...before, ...segments]), by);
  },

  policy: async ({ stores, model, settings: { policy }, by }) => {
    if (!same(expandedPolicy(policy), effectivePolicy(model))) await replacePolicy(stores, model, policy, by);
  },

  golden: async ({ stores, model, settings: { golden = [] }, by }) => {
    if (!same(golden, model.golden ?? [])) await replaceGolden(stores, model, golden, by);
  },

  'segments left': ({ stores, model, settings: { segments = new Map() }, by }) =>
    replaceSegments(stores, model, segments, by),

  'no prices': async ({ stores, model, settings: { prices }, by }) => {
    if (prices && isNone(prices)) await replacePrices(stores, model, prices, by);
  },
};
