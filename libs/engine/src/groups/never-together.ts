import { DomainError, formatDuration } from '#libs/kernel';
import { leaveNoGap, type Policy } from '#libs/rollout';

/** A member of a release group, with what holds its promotion. */
export interface HeldMember {
  readonly model: string;
  readonly freeze: Policy['freeze'];
  /** A hot fix: its windows do not hold it. */
  readonly overridesFreeze: boolean;
}

/**
 * Members become primary in one moment, so no freeze window of any of them may be open in it. Windows that leave gaps, each model's by
 * themselves, may leave none together: such a group would be promoted by nothing but an override.
 * @throws DomainError `group_always_frozen`
 */
export function assertSomeMomentForAll(members: readonly HeldMember[]): void {
  const held = members.filter(({ freeze, overridesFreeze }) => !overridesFreeze && freeze.length > 0);
  const shapes = held.flatMap(({ freeze }) => freeze.map((window) => [shapeOf(window), window] as const));
  if (!leaveNoGap([...new Map(shapes).values()])) return;
  const whose = held.map(({ model, freeze }) => `${model} (${freeze.map(inWords).join(', ')})`).join(' and ');
  throw new DomainError(
    'invalid',
    'group_always_frozen',
    `All of a release group become primary in one moment, and the freeze windows of its members leave none: one of them opens whenever another closes: ${whose}. Leave a gap between them in the policies, leave one of these models out, or say "overrideFreeze": true, as a hot fix, in a new release (POST /api/v1/release-groups).`,
    members.flatMap((member, at) =>
      held.includes(member)
        ? [{ pointer: `/members/${at}/policy/freeze`, detail: 'leaves no gap together with the others' }]
        : [],
    ),
  );
}

type Window = Policy['freeze'][number];

const shapeOf = ({ cron, durationMs, timeZone }: Window): string => `${durationMs} ${timeZone} ${cron}`;

const inWords = ({ cron, durationMs, timeZone }: Window): string =>
  `"${cron}" ${timeZone} for ${formatDuration(durationMs)}`;
