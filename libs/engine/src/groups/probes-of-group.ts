import { policyOf } from '../settings/policy-of.ts';
import { type ProbePorts, probeTargets } from '../routing/proven-primary.ts';
import { targetsOf } from '../readiness/assert-ready.ts';
import { Probes } from '../readiness/probes.ts';
import type { RolloutRecord } from '../ports/records.ts';
import type { GroupAction } from './words/group-actions.ts';
import type { GroupRecord } from './records.ts';

export type ProbesByModel = ReadonlyMap<string, Probes>;

/** What the servers of all live members said a moment ago that callers would be sent to by this. */
export async function probesOfGroup(
  ports: ProbePorts,
  { members }: Pick<GroupRecord, 'members'>,
  action: GroupAction,
): Promise<ProbesByModel> {
  const live = members.filter(({ endedAt }) => endedAt === null);
  const asked = live.map(async (member) => [member.model, await probesOf(ports, member, action)] as const);
  return new Map(await Promise.all(asked));
}

async function probesOf(ports: ProbePorts, member: RolloutRecord, action: GroupAction): Promise<Probes> {
  if (action === 'approve' || action === 'finish') return Probes.NONE;
  const kind = action === 'promote' ? 'promote' : 'rollback';
  const targets = targetsOf(member, { kind }, policyOf(member));
  return targets === null ? Probes.NONE : probeTargets(ports, member.model, targets);
}
