import { MEASURE } from '#libs/stats';
import { feedbackName } from '../../policy/feedback-name.ts';
import type { EvidenceGate } from '../../policy/policy.ts';
import { isTimeGate } from '../../policy/time-metric.ts';
import { isUsageGate, partsOfUsage } from '../../policy/usage-metric.ts';

/** The measure of which a gate needs the sizes of values; `null`: it needs none, or they are known anyway. */
export function boundedMeasure(gate: EvidenceGate): string | null {
  if (!('bound' in gate) || gate.bound === null || isTimeGate(gate)) return null;
  if (isUsageGate(gate)) return partsOfUsage(gate.metric).measure;
  return gate.metric === 'feedback' ? feedbackName(gate) : MEASURE.scoreDelta;
}
