import { DomainError, formatInstant } from '#libs/kernel';
import { frozenAt, parseKeptPolicy, type Policy } from '#libs/rollout';
import type { Stores } from '../ports/ports.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';
import { policyOf } from '../settings/policy-of.ts';
import { effectivePolicy, freezeOverridden } from './release-authority.ts';

/** An admin's promotion at once, and what it says about freezes. */
export interface Promotion {
  readonly version: number;
  readonly reason: string;
  /** `false`: not through an open window. Left out it goes through, for one release more (`UNSAID_OVERRIDE`). */
  readonly overrideFreeze?: boolean | undefined;
}

/** What is added to the outcome of a promotion that went through a freeze without a word of it. */
export const UNSAID_OVERRIDE =
  '; a freeze window was open, and from the next release on this needs "overrideFreeze": true';

/**
 * The reason of an admin's promotion, with the freeze that it goes through: one of the model's, or of the rollout that it hurries.
 * @param live the model's live rollout
 * @throws DomainError `frozen` with the end of the window
 */
export async function reasonThroughFreeze(
  stores: Stores,
  model: ModelRecord,
  live: RolloutRecord | null,
  { version, reason, overrideFreeze = true }: Promotion,
): Promise<string> {
  const now = await stores.now();
  const freezes = freezesOver(model, live, version);
  freezeOverridden(freezes, NEVER, now, { action: 'promote', overrideFreeze });
  const frozen = frozenAt(freezes.freeze, now);
  if (frozen === null) return reason;
  const why = frozen.reason === '' ? '' : `, ${frozen.reason}`;
  return `${reason} (overriding the freeze until ${formatInstant(frozen.until)}${why})`;
}

/** Is a window open that a promotion goes through, and has its sender not said so? */
export async function isUnsaidOverride(
  stores: Stores,
  model: ModelRecord,
  { version, overrideFreeze }: Promotion,
): Promise<boolean> {
  if (overrideFreeze !== undefined || model.primary === version) return false;
  const live = await stores.rollouts.findLive(model.id);
  return frozenAt(freezesOver(model, live, version).freeze, await stores.now()) !== null;
}

/** A rollout that overrides freezes has done with them above. */
const NEVER = { overridesFreeze: false };

/** The windows that hold a promotion: the model's, and those of the rollout that it hurries. None where that one is a hot fix. */
function freezesOver(
  model: ModelRecord,
  live: RolloutRecord | null,
  version: number,
): Pick<Policy, 'freeze'> {
  const hurried = live?.version === version ? live : null;
  if (hurried?.overridesFreeze) return { freeze: [] };
  return { freeze: [...freezesOf(model), ...(hurried === null ? [] : policyOf(hurried).freeze)] };
}

/** Of a policy that was stored by other rules and is none any more: none, for an admin's word does not fail on it. */
function freezesOf(model: Pick<ModelRecord, 'policy'>): Policy['freeze'] {
  try {
    return parseKeptPolicy(effectivePolicy(model)).freeze;
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}
