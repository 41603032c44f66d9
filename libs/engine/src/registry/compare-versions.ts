import { DomainError } from '#libs/kernel';
import { compareSignatures } from '../checks/signature.ts';
import { requireModel, requireVersion } from './lookup.ts';
import type { Stores } from '../ports/ports.ts';

export interface Compatibility {
  readonly version: number;
  readonly comparedWith: number;
  /** `null`: it cannot be told, and `because` says why. */
  readonly compatible: boolean | null;
  readonly because: string;
  /** What would break for callers. */
  readonly breaks: readonly string[];
  /** Parts of the schemas that are not compared. */
  readonly notCompared: readonly string[];
}

/**
 * Can callers of one version go on as they are with another one?
 * @param other `null`: the primary
 * @throws DomainError when there is nothing to compare with
 */
export async function compareVersions(
  stores: Stores,
  modelName: string,
  number: number,
  other: number | null,
): Promise<Compatibility> {
  const model = await requireModel(stores, modelName);
  const version = await requireVersion(stores, model, number);
  const comparedWith = other ?? model.primary;
  if (comparedWith === null)
    throw new DomainError(
      'conflict',
      'no_primary',
      `No version of "${modelName}" serves yet; name the one to compare with: ?with=1.`,
    );
  const before = await requireVersion(stores, model, comparedWith);
  const unknown = (because: string): Compatibility => ({
    ...{ version: number, comparedWith, compatible: null, because },
    ...{ breaks: [], notCompared: [] },
  });
  for (const one of [before, version])
    if (one.signature === null) return unknown(`version ${one.version} brings no signature`);
  const compared = compareSignatures(before.signature, version.signature);
  if (compared === null) return unknown('the signatures are of kinds that are not compared');
  const { breaks, open } = compared;
  return {
    version: number,
    comparedWith,
    compatible: breaks.length === 0,
    because:
      breaks.length === 0
        ? `what callers of version ${comparedWith} send and read is as it was`
        : `${breaks.length === 1 ? 'one thing' : `${breaks.length} things`} would break for callers`,
    breaks,
    notCompared: open,
  };
}
