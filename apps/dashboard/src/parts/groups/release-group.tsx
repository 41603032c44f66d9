import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { actOnGroupSeen, lookAtGroup, type SeenGroup, UnderstudyError } from '#libs/client';
import { client } from '../../api.ts';
import { groupQuery, type Rollout } from '../../queries.ts';
import { stateWords } from '../../words.ts';
import { Confirm } from '../basics.tsx';
import { VersionLink } from '../version/version-link.tsx';

const ACTIONS = {
  approve: 'Approve all',
  reject: 'Refuse all',
  promote: 'Promote all',
  finish: 'End all bakes',
  abort: 'Take all back',
  retry: 'Release all again',
} as const;
const CONSEQUENCES = {
  approve: 'Every member may leave its approval step; each goes on by its own policy.',
  reject: 'All members end, and their candidates leave the traffic.',
  promote: 'All of these versions become primary now, in the same moment; steps that are left are skipped.',
  finish: 'All bakes end now: these versions stay, and nothing watches them any more.',
  abort:
    'All members end. Candidates leave the traffic, and where one bakes the last proven primary serves again.',
  retry: 'A new group of the same versions starts, each by the policy that it had.',
} as const;
type Action = keyof typeof ACTIONS;

/** The others that are released together with a rollout, and one word for all of them. */
export function ReleaseGroup({ id, own }: { id: string; own: string }) {
  const { data: group } = useQuery(groupQuery(id));
  const queries = useQueryClient();
  const [, go] = useLocation();
  // With what the screen showed when the button was pressed, whatever is fetched meanwhile.
  const [asked, setAsked] = useState<{ action: Action; seen: SeenGroup } | null>(null);
  if (!group) return null;
  const members = group.members as readonly Rollout[];
  const act = async ({ action, seen }: NonNullable<typeof asked>, reason: string): Promise<void> => {
    const after = await actOnGroupSeen(client, seen, action, { reason }).catch(async (error: unknown) => {
      // The next click is for what the dialog shows from here on.
      if (error instanceof UnderstudyError && error.code === 'changed_meanwhile')
        setAsked({ action, seen: await lookAtGroup(client, id) });
      throw error;
    });
    await queries.invalidateQueries();
    if (after.id === id) return;
    const model = members.find((member) => member.id === own)?.model;
    const next = (after.members as readonly Rollout[]).find((member) => member.model === model);
    if (next) go(`/rollouts/${next.id}`);
  };
  return (
    <section className="card" aria-label="Release group">
      <h2>Released together</h2>
      <ul className="plain-list members">
        {members.map((member) => (
          <li key={member.id}>
            <VersionLink model={member.model} version={member.version}>
              {member.model} {member.version}
            </VersionLink>{' '}
            {member.id === own ? (
              <strong>{stateWords(member.state)}, this one</strong>
            ) : (
              <Link href={`/rollouts/${member.id}`}>
                <span className="hidden">
                  rollout of {member.model} {member.version}:{' '}
                </span>
                {stateWords(member.state)}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <p className="quiet">They become primary in the same moment; when one fails, all go back.</p>
      <div className="row">
        {(group.legalActions ?? []).map((action) => (
          <button key={action} type="button" onClick={() => setAsked({ action, seen: group })}>
            {ACTIONS[action]}
          </button>
        ))}
      </div>
      {asked && (
        <Confirm
          title={`${ACTIONS[asked.action]}?`}
          consequence={CONSEQUENCES[asked.action]}
          verb={ACTIONS[asked.action]}
          isDangerous={asked.action === 'abort' || asked.action === 'reject'}
          act={(reason) => act(asked, reason)}
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}
