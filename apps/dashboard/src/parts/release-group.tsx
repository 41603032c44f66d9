import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { actOnGroupSeen, lookAtGroup, type SeenGroup, UnderstudyError } from '#libs/client';
import { client } from '../api.ts';
import { groupQuery, type Rollout } from '../queries.ts';
import { stateWords } from '../words.ts';
import { Confirm } from './basics.tsx';

const ACTIONS = {
  approve: 'Approve all',
  promote: 'Promote all',
  finish: 'End all bakes',
  abort: 'Take all back',
  retry: 'Release all again',
} as const;
const CONSEQUENCES = {
  approve: 'Every member may leave its approval step; each goes on by its own policy.',
  promote: 'All of these versions become primary now, in the same moment; steps that are left are skipped.',
  finish: 'All bakes end now: these versions stay, and nothing watches them any more.',
  abort:
    'All members end. Candidates leave the traffic, and where one bakes the last proven primary serves again.',
  retry: 'A new group of the same versions starts, each by the policy that it had.',
} as const;
type Action = keyof typeof ACTIONS;

/** Which of them makes sense, by where the members stand; the api has the last word. */
function offered(state: string, members: readonly Rollout[]): readonly Action[] {
  if (state === 'rolled_back') return ['retry'];
  const live = members.filter(({ endedAt }) => endedAt === null);
  if (live.length === 0) return [];
  // One has gone back, so the others do.
  if (members.some((member) => member.endedAt !== null && member.state !== 'succeeded')) return ['abort'];
  const all = (isThere: (member: Rollout) => boolean): boolean => live.every(isThere);
  if (all(({ state }) => state === 'baking')) return ['finish', 'abort'];
  if (live.some(({ state }) => state === 'awaiting_approval')) return ['approve', 'abort'];
  if (all(({ legalActions }) => legalActions.includes('promote'))) return ['promote', 'abort'];
  return ['abort'];
}

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
      <ul>
        {members.map((member) => (
          <li key={member.id}>
            {member.id === own ? (
              <strong>
                {member.model} {member.version}
              </strong>
            ) : (
              <Link href={`/rollouts/${member.id}`}>
                {member.model} {member.version}
              </Link>
            )}{' '}
            <span className="quiet">{stateWords(member.state)}</span>
          </li>
        ))}
      </ul>
      <p className="quiet">They become primary in the same moment; when one fails, all go back.</p>
      <div className="row">
        {offered(group.state, members).map((action) => (
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
          isDangerous={asked.action === 'abort'}
          act={(reason) => act(asked, reason)}
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}
