import type { CallerRules, ModelPrices } from '#libs/traffic';
import type { CallerSegments } from '../../ports/ports.ts';
import type { GoldenRequests, ReleaseSettings } from '../../ports/records.ts';
import type { AskedEnvironment } from '../environments.ts';

/** What a file says of a model. A part that is left out stays as it is; one that is there is replaced as a whole. */
export interface AskedSettings {
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** A policy document. */
  readonly policy?: unknown;
  readonly callers?: CallerRules | undefined;
  readonly prices?: ModelPrices | undefined;
  /** `null`: none. */
  readonly environment?: AskedEnvironment | null | undefined;
  readonly golden?: GoldenRequests | undefined;
  readonly segments?: CallerSegments | undefined;
  /** How versions of MLflow's clients are released, and the output spec of versions that bring none: each by itself. */
  readonly release?: Partial<ReleaseSettings> | undefined;
}

/** The parts of it, in the order in which they are written: what others name comes before them. */
export const SETTINGS_PARTS = [
  'environment',
  'description',
  'tags',
  'release',
  'callers',
  'prices',
  'segments',
  'policy',
  'golden',
] as const satisfies readonly (keyof AskedSettings)[];
export type SettingsPart = (typeof SETTINGS_PARTS)[number];
