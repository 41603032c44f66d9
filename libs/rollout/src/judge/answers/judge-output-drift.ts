import { type Budget, HISTOGRAM, judgeDrift, type Judgement, noData } from '#libs/stats';
import type { Compared, Profile } from '../../evidence/evidence.ts';
import type { EvidenceGate } from '../../policy/gates/gates.ts';
import { arrivalOf } from './judge-input-drift.ts';

type DriftGate = EvidenceGate & { readonly metric: 'output_drift' | 'confidence' };

/** Judges how far what the candidate answers, or how sure it is, has moved from the primary's or from the training data's. */
export function judgeOutputDrift(
  gate: DriftGate,
  here: Compared,
  profile: Profile | null,
  alone: Budget,
): Judgement {
  const name = gate.metric === 'confidence' ? HISTOGRAM.confidence : HISTOGRAM.output;
  const fixed = gate.against === 'baseline';
  const reference = fixed ? profile?.histograms[name] : here.baseline.histograms[name];
  if (fixed && !reference) return noData(`the version's baseline has no ${name}`, {});
  const judged = judgeDrift(here.trial.histograms[name] ?? {}, reference ?? {}, gate.max, alone, {
    trial: `the candidate's ${name}`,
    reference: fixed ? 'the training data' : "the primary's",
    fixed,
    effect: arrivalOf(here),
  });
  return judged;
}
