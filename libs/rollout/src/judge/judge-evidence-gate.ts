import type { Budget, Judgement } from '#libs/stats';
import { judgedSteps, perStep } from '../budget/error-budget.ts';
import { comparedIn } from '../evidence/evidence.ts';
import { fewestUnitsOf } from '../evidence/enough-units.ts';
import type { EvidenceGate } from '../policy/gates/gates.ts';
import { isTimeGate, type TimeMetric } from '../policy/gates/time-metric.ts';
import { isUsageGate, type UsageMetric } from '../policy/gates/usage-metric.ts';
import { judgeAgreement } from './answers/judge-agreement.ts';
import { judgeInputDrift } from './answers/judge-input-drift.ts';
import { judgeOutputDrift } from './answers/judge-output-drift.ts';
import { judgeRankCorrelation } from './answers/judge-rank-correlation.ts';
import { judgeScoreDelta } from './answers/judge-score-delta.ts';
import { whyNot } from './answers/why-not.ts';
import { boundedOr } from './bounded/judge-bounded.ts';
import type { Case, Judged } from './gate-case.ts';
import { byEnoughUnits, withWhatIsKnown } from './going-together.ts';
import { judgeErrorRate, judgeSchemaViolations } from './judge-failures.ts';
import { judgeFeedback } from './judge-feedback.ts';
import { judgeSampleRatio } from './judge-sample-ratio.ts';
import { judgeTimes } from './judge-times.ts';
import { judgeUsage } from './judge-usage.ts';
import { judgeEditDistance } from './text/judge-edit-distance.ts';
import { judgeTextDistances } from './text/judge-text-distances.ts';
import { judgeTextPairs } from './text/judge-text-pairs.ts';

/**
 * Judges one gate on the evidence of the gateways, for everybody or for one segment. Whatever it judges, few units prove no safety, and what is
 * not known of how requests go together is said.
 */
export function judgeEvidenceGate(gate: EvidenceGate, on: Case, budget: Budget): Judgement {
  const here = comparedIn(on.policy, on.stepIndex, on.evidence, on.pick);
  const alone = perStep(budget, judgedSteps(on.policy, gate).length);
  const judged = judgeByMetric(gate, { on, here, budget, alone });
  const fewest = fewestUnitsOf(gate);
  return withWhatIsKnown(fewest === null ? judged : byEnoughUnits(judged, here, fewest), here.everybody);
}

function judgeByMetric(gate: EvidenceGate, at: Judged): Judgement {
  const { on, here, alone } = at;
  if (isTimeGate(gate)) return boundedOr(gate, on, alone, () => judgeTimes(gate, here, alone));
  if (isUsageGate(gate)) return judgeUsage(gate, here, alone, (means) => boundedOr(gate, on, alone, means));
  // Each metric is found with its own gate, which the compiler cannot follow through a table.
  const judge = JUDGES[gate.metric] as (gate: EvidenceGate, at: Judged) => Judgement;
  return judge(gate, at);
}

type TableMetric = Exclude<EvidenceGate['metric'], TimeMetric | UsageMetric>;
type Judges = {
  readonly [M in TableMetric]: (gate: EvidenceGate & { readonly metric: M }, at: Judged) => Judgement;
};

/** By what each metric is judged; times, tokens and money have families of their own. */
const JUDGES: Judges = {
  error_rate: judgeErrorRate,
  schema_violations: judgeSchemaViolations,
  agreement: ({ min }, { here, alone }) => whyNot(judgeAgreement(min, here, alone), here),
  rank_correlation: ({ min }, { here, alone }) => whyNot(judgeRankCorrelation(min, here, alone), here),
  judge_win_rate: ({ min }, { here, alone }) => judgeTextPairs(min, here.trial, alone),
  score_delta: (gate, { on, here, alone }) =>
    whyNot(
      boundedOr(gate, on, alone, () => judgeScoreDelta(gate.max, here, alone)),
      here,
    ),
  edit_distance_mean: ({ max }, { here, alone }) => whyNot(judgeEditDistance(max, here.trial, alone), here),
  embedding_distance_mean: ({ max }, { here, alone }) => judgeTextDistances(max, here.trial, alone),
  output_drift: (gate, { on, here, alone }) => whyNot(judgeOutputDrift(gate, here, on.profile, alone), here),
  confidence: (gate, { on, here, alone }) => whyNot(judgeOutputDrift(gate, here, on.profile, alone), here),
  input_drift: ({ max }, { on, here, alone }) => judgeInputDrift(here, on.profile, max, alone),
  sample_ratio: (_gate, { here, alone }) => judgeSampleRatio(here, alone),
  feedback: (gate, { on, budget }) => judgeFeedback(gate, on, budget),
};
