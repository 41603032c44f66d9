import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { rollBackSeen, UnderstudyError } from '#libs/client';
import { client } from '../../api.ts';
import { actionsQuery, whyNot } from '../../queries.ts';
import { Confirm } from '../basics.tsx';
import { ChooseModel } from '../choose-model.tsx';
import { useSeenModel } from './seen-model.ts';

/** Was a rollback refused because nothing that it could go back to answers? */
const isSilence = (error: unknown): boolean =>
  error instanceof UnderstudyError && error.problem.code === 'nobody_answers';

/** From anywhere: open it, say why, done. On a model's page that model is chosen. */
export function RollBack({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [at, go] = useLocation();
  const here = /^\/models\/([^/]+)/.exec(at)?.[1];
  const [model, setModel] = useState(here === undefined ? '' : decodeURIComponent(here));
  const [force, setForce] = useState(false);
  const choose = (name: string): void => {
    setModel(name);
    setForce(false);
  };
  const actions = useQuery(actionsQuery(model));
  // What is shown is what is undone: whoever pressed first has undone it, and nothing more is. It is looked at once, and anew after a refusal.
  const { seen, isLooking, say } = useSeenModel(model, model !== '');
  const consequence =
    seen === null
      ? 'A candidate leaves the traffic at once; without one, the last good primary serves again.'
      : seen.live !== null && seen.live !== seen.primary
        ? `Version ${seen.live} of ${model} leaves the traffic at once; version ${seen.primary ?? '–'} serves everybody.`
        : `Version ${seen.primary ?? '–'} of ${model} is replaced by the last proven primary before it.`;
  return (
    <Confirm
      title="Roll back at once?"
      consequence={consequence}
      verb="Roll back"
      isDangerous
      hindrance={whyNot(actions.data, 'rollback')}
      isWaiting={isLooking}
      close={close}
      act={async (reason) => {
        await say((shown) => rollBackSeen(client, shown, { reason, force }));
        await queries.invalidateQueries();
        go(`/models/${encodeURIComponent(model)}`);
      }}
      remedy={(refused) =>
        isSilence(refused) && (
          <label className="check">
            <input type="checkbox" checked={force} onChange={(event) => setForce(event.target.checked)} />
            Force: send every caller there, although it does not answer
          </label>
        )
      }
    >
      <ChooseModel required value={model} set={choose} />
    </Confirm>
  );
}
