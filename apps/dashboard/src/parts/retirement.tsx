import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { retireSeen, unretireSeen } from '#libs/client';
import { client } from '../api.ts';
import { actionsQuery, type Model, whyNot } from '../queries.ts';
import { ago } from '../words.ts';
import { Badge, Confirm, useNow } from './basics.tsx';
import { useSeenModel } from './shell/seen-model.ts';

/** An older api does not tell. */
export const retirementOf = (model: Model) => model.retirement ?? null;

/** Takes a model out of service, or has it serve again: an admin's. */
export function Retirement({ model }: { model: Model }) {
  const now = useNow();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [force, setForce] = useState(false);
  const retirement = retirementOf(model);
  const { isLooking, say } = useSeenModel(model.name, isAsked);
  const actions = useQuery({ ...actionsQuery(model.name), enabled: isAsked });
  if (retirement === null && model.primary === null) return null;
  const verb = retirement === null ? 'Retire' : 'Serve again';
  const act = async (reason: string): Promise<void> => {
    if (retirement === null) await say((seen) => retireSeen(client, seen, { reason }));
    else await say((seen) => unretireSeen(client, seen, { reason, version: null, force }));
    await queries.invalidateQueries();
  };
  return (
    <>
      {retirement && (
        <p className="card wait">
          <Badge state="retired">Retired</Badge> {ago(retirement.at, now)} by {retirement.actor}:{' '}
          {retirement.reason}. Callers get 410; version {retirement.version} served until then.
        </p>
      )}
      <button type="button" className="plain" onClick={() => setAsked(true)}>
        {verb}
        <span className="hidden"> {model.name}</span>
      </button>
      {isAsked && (
        <Confirm
          title={`${verb}: ${model.name}?`}
          consequence={
            retirement === null
              ? 'Callers get 410 with your reason from now on. Rollouts of this model end, those with a date too.'
              : 'The last proven version that served serves again; it is deployed first where it does not run.'
          }
          verb={verb}
          isDangerous={retirement === null}
          hindrance={whyNot(actions.data, retirement === null ? 'retire' : 'unretire')}
          isWaiting={isLooking}
          act={act}
          close={() => setAsked(false)}
        >
          {retirement !== null && (
            <label>
              <input type="checkbox" checked={force} onChange={(event) => setForce(event.target.checked)} />{' '}
              Force: also where nobody answers
            </label>
          )}
        </Confirm>
      )}
    </>
  );
}
