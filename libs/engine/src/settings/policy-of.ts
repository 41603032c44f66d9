import { parseKeptPolicy, type Policy } from '#libs/rollout';
import type { RolloutRecord } from '../ports/records.ts';

/** Rollouts share few policies and are looked at often: each document is parsed once. */
const parsed = new Map<string, Policy>();
const MOST = 1_000;

/** The parsed policy of a rollout, by the hash of its frozen document. */
export function policyOf({ policy, policyHash }: Pick<RolloutRecord, 'policy' | 'policyHash'>): Policy {
  const known = parsed.get(policyHash);
  if (known) return known;
  const fresh = parseKeptPolicy(policy);
  if (parsed.size >= MOST) parsed.clear();
  parsed.set(policyHash, fresh);
  return fresh;
}
