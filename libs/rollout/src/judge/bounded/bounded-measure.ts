import { MEASURE } from '#libs/stats';
import { feedbackName } from '../../policy/gates/feedback-name.ts';
import type { EvidenceGate } from '../../policy/gates/gates.ts';
import { isTimeGate } from '../../policy/gates/time-metric.ts';
import { isUsageGate, partsOfUsage } from '../../policy/gates/usage-metric.ts';

/** The measure of which a gate needs the sizes of values; `null`: it needs none, or they are known anyway. */
export function boundedMeasure(gate: EvidenceGate): string | null {
  if (!('bound' in gate) || gate.bound === null || isTimeGate(gate)) return null;
  if (isUsageGate(gate)) return partsOfUsage(gate.metric).measure;
  return gate.metric === 'feedback' ? feedbackName(gate) : MEASURE.scoreDelta;
}
