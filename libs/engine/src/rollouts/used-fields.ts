import { DomainError } from '#libs/kernel';
import type { Action } from '#libs/rollout';
import type { Seen } from './approvals.ts';

type Field = 'startAt' | 'overrideFreeze' | 'seen';

/** What only some actions have a use for, where in a request it is said, and what to do. */
const USES: Readonly<
  Record<
    Field,
    {
      readonly by: readonly Action[];
      readonly code: string;
      readonly pointer: string;
      readonly what: string;
      readonly instead: string;
    }
  >
> = {
  startAt: {
    by: ['retry'],
    code: 'start_of_retry_only',
    pointer: '/startAt',
    what: 'starts at a date',
    instead:
      'Leave startAt out, or release the version (POST /models/{model}/rollouts) with another startAt to move its start.',
  },
  overrideFreeze: {
    by: ['skip', 'promote', 'retry'],
    code: 'override_unused',
    pointer: '/overrideFreeze',
    what: 'is held by freeze windows',
    instead:
      'Leave overrideFreeze out; to have a rollout that runs go through a freeze, release its version again (POST /models/{model}/rollouts) with it.',
  },
  seen: {
    by: ['approve', 'reject'],
    code: 'seen_unused',
    pointer: '/policyHash',
    what: 'judges an artifact and a plan',
    instead: 'Leave digest and policyHash out, and say what you saw by "step" or If-Match.',
  },
};

interface Asked {
  readonly action: Action;
  readonly startAt?: number | null | undefined;
  readonly overrideFreeze?: boolean;
  readonly seen?: Seen | undefined;
}

const isSaid = (field: Field, request: Asked): boolean =>
  field === 'seen'
    ? request.seen?.digest !== undefined || request.seen?.policyHash !== undefined
    : request[field] !== undefined && request[field] !== false;

/** @throws DomainError with the field that this action has no use for: rather than leave unsaid that it was ignored */
export function assertUsed(request: Asked): void {
  const { action } = request;
  for (const field of Object.keys(USES) as Field[]) {
    const { by, code, pointer, what, instead } = USES[field];
    if (by.includes(action) || !isSaid(field, request)) continue;
    throw new DomainError(
      'invalid',
      code,
      `Nothing of "${action}" ${what}; only ${by.map((one) => `"${one}"`).join(', ')} does. ${instead}`,
      [{ pointer, detail: `only with ${by.join(', ')}` }],
    );
  }
}
