import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { actOnSeen, lookAtRollout, UnderstudyError } from '#libs/client';
import { client } from '../../api.ts';
import { Confirm } from '../../parts/basics.tsx';
import type { Rollout } from '../../queries.ts';
import { consequenceOf } from '../../words.ts';

type Action = Rollout['legalActions'][number];
const DANGEROUS: readonly Action[] = ['abort', 'reject'];
/** What a freeze window holds back. */
const HURRIED: readonly Action[] = ['skip', 'promote'];
const hasFreeze = ({ policy }: Rollout): boolean =>
  Array.isArray((policy as { freeze?: unknown } | null)?.freeze);
/** Those that go on as was planned; to skip what is left is nothing to be nudged to. */
const IMPORTANT: readonly Action[] = ['approve', 'resume', 'retry'];

interface ActionsProps {
  readonly rollout: Rollout;
  /** Where there is room for some only. */
  readonly only?: readonly Action[];
}

/** What may be done to the rollout now. */
export function Actions({ rollout, only }: ActionsProps) {
  /** What is asked for, and the rollout as it was shown then: what comes behind the open dialog is not what was decided on. */
  const [open, setOpen] = useState<{ readonly asked: Action; readonly seen: Rollout } | null>(null);
  const [overrideFreeze, setOverrideFreeze] = useState(false);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const act = async (action: Action, seen: Rollout, reason: string): Promise<void> => {
    const { id } = seen;
    const approved = action === 'approve' ? { policyHash: seen.policyHash } : {};
    const through = HURRIED.includes(action) && overrideFreeze ? { overrideFreeze } : {};
    const after = await actOnSeen(client, seen, action, { reason, ...approved, ...through }).catch(
      async (error: unknown) => {
        // The next click is for what the dialog shows from here on.
        if (error instanceof UnderstudyError && error.code === 'changed_meanwhile')
          setOpen({ asked: action, seen: await lookAtRollout(client, id) });
        throw error;
      },
    );
    await queries.invalidateQueries({ queryKey: ['rollout', id] });
    if (after.id !== id) go(`/rollouts/${after.id}`);
  };
  const offered = rollout.legalActions.filter((action) => only?.includes(action) ?? true);
  if (offered.length === 0 && open === null) return null;
  return (
    <div className="buttons">
      {offered.map((action) => (
        <button
          key={action}
          type="button"
          aria-label={only && `${action} ${rollout.model} ${rollout.version}`}
          className={DANGEROUS.includes(action) ? 'danger' : IMPORTANT.includes(action) ? 'primary' : 'plain'}
          onClick={() => {
            setOverrideFreeze(false);
            setOpen({ asked: action, seen: rollout });
          }}
        >
          {action}
        </button>
      ))}
      {open && (
        <Confirm
          title={`${open.asked.charAt(0).toUpperCase()}${open.asked.slice(1)} ${rollout.model} ${rollout.version}?`}
          consequence={consequenceOf(open.asked, open.seen)}
          verb={open.asked}
          isDangerous={DANGEROUS.includes(open.asked)}
          act={(reason) => act(open.asked, open.seen, reason)}
          close={() => setOpen(null)}
        >
          {HURRIED.includes(open.asked) && hasFreeze(rollout) && (
            <label className="check">
              <input
                type="checkbox"
                checked={overrideFreeze}
                onChange={(event) => setOverrideFreeze(event.target.checked)}
              />
              Although a freeze window may be open
            </label>
          )}
        </Confirm>
      )}
    </div>
  );
}
