import { formatPercent } from '#libs/kernel';
import { distinctUnits, mergeUnits, unitsThatProve } from '#libs/stats';
import { speaksIn } from '../budget/comparable.ts';
import { isRing } from '../decide/rings.ts';
import { fewestUnitsOf } from '../evidence/enough-units.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { isSourceGate, type EvidenceGate } from '../policy/gates/gates.ts';
import { type Policy } from '../policy/policy.ts';
import { type Step } from '../policy/steps.ts';

/** How many distinct units a gate's proof of safety takes, before promotion. */
export interface UnitsOfProof {
  readonly gate: EvidenceGate;
  /** Index in the policy. */
  readonly at: number;
  /** Of the candidate, where nothing is wrong with it: more where something is. */
  readonly units: number;
  /** The share of all units that meet the candidate where the gate has to pass at last, in basis points; `null`: of a ring, nobody knows. */
  readonly share: number | null;
  readonly where: 'shadow' | 'canary';
}

/** A policy that waits for no proof needs no units for one. */
export function unitsOfProof(policy: Policy): readonly UnitsOfProof[] {
  if (policy.promoteWhen !== 'proven') return [];
  return policy.gates.flatMap((gate, at): UnitsOfProof[] => {
    if (gate.dryRun || isSourceGate(gate)) return [];
    const last = policy.steps[speaksIn(policy, gate).at(-1) ?? -1];
    if (last?.kind !== 'shadow' && last?.kind !== 'canary') return [];
    const units = unitsIn(policy, gate, last);
    return units === null ? [] : [{ gate, at, units, share: shareOf(last), where: last.kind }];
  });
}

/** Some 860 callers at 50%. `null`: of a ring, nobody knows. */
const callersOf = ({ units, share }: UnitsOfProof): number | null =>
  share === null ? null : Math.ceil(units / (share / EVERYBODY));

/** A gate that so few callers cannot prove. */
export interface TooFewUnits {
  readonly gate: EvidenceGate;
  /** Index in the policy. */
  readonly at: number;
  readonly because: string;
}

/** Gates whose proof cannot come by so many callers. @param callers distinct units of the model's traffic in the time of a step */
export const tooFewUnits = (policy: Policy, callers: number): readonly TooFewUnits[] =>
  unitsOfProof(policy).flatMap((asked) => {
    const { gate, at, units, share, where } = asked;
    const all = callersOf(asked);
    if (share === null || all === null || callers >= all) return [];
    const how = where === 'shadow' ? `a sample of ${formatPercent(share)}` : formatPercent(share);
    const met = Math.floor((callers * share) / EVERYBODY);
    const because = `at ${how} the candidate meets some ${met} of ${callers} units, and a proof takes at least some ${units} (${all} in all)`;
    return [{ gate, at, because }];
  });

/** Distinct units that were seen in a step of a rollout, the most; 0 where nobody has counted them. */
export const callersSeen = (evidence: Evidence): number =>
  Math.max(
    0,
    ...Object.values(evidence).map(({ primary, candidate }) =>
      distinctUnits(mergeUnits([primary.units ?? [], candidate.units ?? []])),
    ),
  );

const EVERYBODY = 10_000;

const shareOf = (step: Extract<Step, { kind: 'shadow' | 'canary' }>): number | null => {
  if (step.kind === 'shadow') return step.sample;
  return isRing(step) ? null : step.weight;
};

function unitsIn(policy: Policy, gate: EvidenceGate, last: Step): number | null {
  const fewest = fewestUnitsOf(gate);
  const margin = provenMargin(gate);
  if (margin === null || margin <= 0) return fewest;
  const share = (last.kind === 'canary' ? last.weight : 0) / EVERYBODY;
  // A canary of everybody is compared with the time before, by another rule.
  if (share === 1) return fewest;
  const paired = last.kind === 'shadow' && gate.metric === 'error_rate';
  const ratio = last.kind === 'shadow' ? 1 : share / (1 - share);
  const proving = unitsThatProve(margin, { ratio, paired, safety: policy.beta });
  return proving === null ? fewest : Math.max(fewest ?? 0, Number(proving.toPrecision(2)));
}

/** The increase of a rate that a proof is about, where it counts units (ADR 53). */
function provenMargin(gate: EvidenceGate): number | null {
  if (gate.metric === 'feedback') return gate.values === 'proportion' ? gate.by : null;
  if (gate.metric !== 'error_rate' && gate.metric !== 'schema_violations') return null;
  return 'increase' in gate.margin ? gate.margin.increase : null;
}

/** How many units proofs take, and which of them so many callers cannot give. */
export function unitsInWords(policy: Policy, callers: number | null): readonly string[] {
  const asked = unitsOfProof(policy);
  const most = [...asked].sort((a, b) => b.units - a.units)[0];
  if (!most) return [];
  const all = callersOf(most);
  const ofAll =
    all === null || most.share === null ? '' : ` (${all} in all, at ${formatPercent(most.share)})`;
  const few = callers === null ? [] : tooFewUnits(policy, callers);
  return [
    `A proof counts distinct units, however many requests each sends: ${most.gate.name} takes at least some ${most.units} of the candidate${ofAll}. Without a unit each request counts as one.`,
    ...few.map(
      ({ gate, because }) =>
        `${gate.name} can hardly be proven: ${because}. Allow more, leave the unit out, or let it end undecided (onUndecided: ${policy.onUndecided}).`,
    ),
  ];
}
