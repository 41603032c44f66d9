import { budgetOf, DEFAULT_POLICY_DOCUMENT, parsePolicy, type EvidenceGate } from '#libs/rollout';
import type { Budget } from '#libs/stats';

const policy = parsePolicy(DEFAULT_POLICY_DOCUMENT);
export const budgetFor = (metric: string): Budget =>
  budgetOf(policy, policy.gates.find((gate) => gate.metric === metric) as EvidenceGate);
/** Clicks and scores as if they stood in the error rate's place. */
export const BUDGETS = {
  error_rate: budgetFor('error_rate'),
  latency_p95: budgetFor('latency_p95'),
  click: budgetFor('error_rate'),
  score: budgetFor('error_rate'),
};
