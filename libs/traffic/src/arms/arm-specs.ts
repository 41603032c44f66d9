import type { Arm, Route } from '../route.ts';
import type { ModelAnswer } from '../answers/model-answer.ts';
import type { OutputSpec } from '../output/output-spec.ts';
import type { NotRead } from '../payload/index.ts';
import type { OutputReading } from '../output/read-output.ts';

/** How the answers of the two versions of a rollout are read. Either both are `null` or neither. */
export interface ArmSpecs {
  readonly primary: OutputSpec | null;
  readonly candidate: OutputSpec | null;
}

/**
 * Each version is read by its own output spec, and one that has none by the other's. A route from an api that does
 * not say the candidate's has the primary's for both.
 */
export function specsOf({ outputSpec, candidate }: Pick<Route, 'outputSpec' | 'candidate'>): ArmSpecs {
  const own = candidate?.outputSpec ?? null;
  return { primary: outputSpec ?? own, candidate: own ?? outputSpec };
}

/**
 * What an output spec reads of an arm's answer. Where the primary's own spec reads nothing of its answer, the
 * candidate's is tried: so a release that corrects a wrong spec is compared before its version is the primary.
 * @returns `null` where nothing can be read, or nothing is to be read
 */
export function readArm(
  answer: Pick<ModelAnswer, 'reading'>,
  arm: Arm,
  specs: ArmSpecs,
): OutputReading | null {
  if (specs.primary === null || specs.candidate === null) return null;
  if (arm !== 'primary') return answer.reading(specs.candidate);
  return answer.reading(specs.primary) ?? answer.reading(specs.candidate);
}

/** Why nothing is read of an arm's answer, by its own output spec; `null`: something is, or nothing is to be read. */
export function notReadByArm(answer: ModelAnswer, arm: Arm, specs: ArmSpecs): NotRead | null {
  const own = arm === 'primary' ? specs.primary : specs.candidate;
  return own === null || readArm(answer, arm, specs) !== null ? null : answer.notReadBy(own);
}
