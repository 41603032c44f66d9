import {
  AT_ONCE_POLICY_DOCUMENT,
  MADE_PRIMARY_BY_HAND,
  trafficStepAt,
  type Decision,
  type Policy,
} from '#libs/rollout';
import { policyHash } from '../settings/policy-hash.ts';
import type { RolloutPatch } from '../ports/ports.ts';
import type { RolloutRecord } from '../ports/records.ts';

const AT_ONCE_HASH = policyHash(AT_ONCE_POLICY_DOCUMENT);

/**
 * An admin's promotion, or way back, that is not carried out yet: its version is still being deployed. It gives way to another word of an
 * admin, and to no release.
 */
export const isAdminsWord = ({
  intent,
  policyHash: hash,
}: Pick<RolloutRecord, 'intent' | 'policyHash'>): boolean => intent === 'rollback' || hash === AT_ONCE_HASH;

/** What is answered to the word that it is, said again. */
export const comesWhenReady = (version: number): string =>
  `version ${version} is being deployed and becomes primary as soon as it is ready`;

interface Move {
  readonly rollout: Pick<RolloutRecord, 'stepIndex' | 'faults' | 'state'>;
  readonly policy: Policy;
  readonly decision: Decision;
  /** `null` for a person's word. */
  readonly look: unknown;
}

/**
 * Notes, on the way out of the last step with traffic, that a person and not the gates makes the version primary: by `promote`, by a `skip` of
 * that step, or by an approval before which there was none. Its bake waits for nothing that cannot be compared (`decideBake`). A skip of an
 * earlier step is no such word: later steps still judge. Pure.
 * @returns nothing where gates decide, or where there is no bake
 */
export function byHand({ rollout, policy, decision, look }: Move): Pick<RolloutPatch, 'faults'> {
  const bakeAt = policy.steps.findIndex((step) => step.kind === 'bake');
  if (bakeAt === -1) return {};
  const isPromoted = decision.kind === 'promote';
  const goesTo = decision.kind === 'advance' ? decision.toStep : bakeAt;
  const judgedLater = policy.steps
    .slice(goesTo, bakeAt)
    .some(({ kind }) => kind === 'shadow' || kind === 'canary');
  const isWord = look === null && (isPromoted || !judgedLater);
  const isApproved =
    isPromoted && rollout.state === 'awaiting_approval' && trafficStepAt(policy, rollout.stepIndex) === null;
  if (!isWord && !isApproved) return {};
  const others = rollout.faults.filter(
    ({ step, fault }) => step !== bakeAt || fault !== MADE_PRIMARY_BY_HAND,
  );
  return { faults: [...others, { step: bakeAt, fault: MADE_PRIMARY_BY_HAND, accepted: true }] };
}
