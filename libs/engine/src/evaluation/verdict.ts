import type { Decision, Look, Policy } from '#libs/rollout';
import { ENGINE } from '../access/engine-actor.ts';
import type { Evaluation } from './look.ts';
import { Probes } from '../readiness/probes.ts';
import type { RolloutPatch, Stores } from '../ports/ports.ts';
import type { NotedCommand } from '../rollouts/repeated-command.ts';
import type { ModelRecord, RolloutRecord } from '../ports/records.ts';

/** A decision on its way into the database. */
export interface Verdict {
  readonly rollout: RolloutRecord;
  readonly policy: Policy;
  readonly decision: Decision;
  /** What it rests on, kept with the event so that it can be replayed; `null` for a person's word. */
  readonly look: Look | null;
  readonly actor: string;
  /** What the servers that callers may be sent to said a moment ago; left out: nobody was asked. */
  readonly probes?: Probes;
  /** A person's command, and the step at which it found the rollout: a repeat of it is known by them. */
  readonly command?: { readonly command: NotedCommand; readonly commandAt: number };
}

export function verdictOf({ rollout, view, evidence, now, decision, byGroup }: Evaluation): Verdict {
  const { policy, ...rest } = view;
  return { rollout, policy, decision, look: byGroup ? null : { view: rest, evidence, now }, actor: ENGINE };
}

/** One event of a rollout, with the verdicts that it rests on. */
export async function record(
  stores: Stores,
  { rollout, decision, look, actor, command }: Verdict,
  type: string,
  more: Record<string, unknown> = {},
): Promise<void> {
  await stores.events.append({
    modelId: rollout.modelId,
    rolloutId: rollout.id,
    type,
    actor,
    data: {
      version: rollout.version,
      decision: decision.kind,
      because: decision.because,
      verdicts: decision.verdicts,
      look,
      ...command,
      ...more,
    },
  });
}

/** A verdict that is being written, in one transaction. */
export interface Applying {
  readonly stores: Stores;
  readonly model: ModelRecord;
  readonly verdict: Verdict;
  /** Writes a change of the rollout's state together with the decision. @returns whether its revision was still the one decided on */
  readonly to: (patch: RolloutPatch) => Promise<boolean>;
  readonly now: number;
}
