import type { Instant } from '#libs/kernel';
import type { Decision } from './decision.ts';
import { decide, type RolloutView } from './decide.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Policy } from '../policy/policy.ts';
import type { VerdictKind } from '#libs/stats';

/** What a decision was made of: everything that `decide()` was given, but the policy. */
export interface Look {
  readonly view: Omit<RolloutView, 'policy'>;
  readonly evidence: Evidence;
  readonly now: Instant;
}

/** A recorded look, and what was decided then. */
export interface RecordedLook extends Look {
  readonly decision: Pick<Decision, 'kind' | 'because'> & {
    readonly verdicts: readonly { readonly gate: string; readonly verdict: VerdictKind }[];
  };
}

/** One look, decided again. */
export interface ReplayedLook {
  readonly at: Instant;
  readonly stepIndex: number;
  readonly recorded: { readonly kind: Decision['kind']; readonly because: string };
  readonly replayed: { readonly kind: Decision['kind']; readonly because: string };
  readonly verdicts: Decision['verdicts'];
  readonly same: boolean;
}

/**
 * Decides every recorded look again. With the rollout's own policy the decisions must be the same;
 * with another one it shows what that would have done. Another policy is asked as long as the
 * recorded traffic is the traffic that it would have sent: up to and with its first other decision.
 */
export function replay(looks: readonly RecordedLook[], policy: Policy): readonly ReplayedLook[] {
  return looks.map(({ view, evidence, now, decision }) => {
    const again = decide({ ...view, policy }, evidence, now);
    const verdictsOf = (verdicts: readonly { gate: string; verdict: VerdictKind }[]): string =>
      verdicts.map((v) => `${v.gate}=${v.verdict}`).join();
    const same =
      again.kind === decision.kind &&
      again.because === decision.because &&
      verdictsOf(again.verdicts) === verdictsOf(decision.verdicts);
    return {
      at: now,
      stepIndex: view.stepIndex,
      recorded: { kind: decision.kind, because: decision.because },
      replayed: { kind: again.kind, because: again.because },
      verdicts: again.verdicts,
      same,
    };
  });
}
