import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, dataOf } from '../api.ts';
import type { Rollout } from '../queries.ts';
import { releaseBody } from '../release-body.ts';
import { Confirm } from './basics.tsx';

/** A `datetime-local` field: see `releaseBody`. */
export function StartTime({ value, set }: { value: string; set: (local: string) => void }) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <label>
      Start at ({zone}; empty: now)
      <input type="datetime-local" value={value} onChange={(event) => set(event.target.value)} />
    </label>
  );
}

/** Moves the start of a rollout that waits for its date, or for its turn. */
export function MoveStart({ rollout }: { rollout: Rollout }) {
  const [isAsking, setAsking] = useState(false);
  const [start, setStart] = useState('');
  const queries = useQueryClient();
  const move = async (reason: string): Promise<void> => {
    dataOf(
      await client.POST('/api/v1/models/{model}/rollouts', {
        params: { path: { model: rollout.model } },
        body: releaseBody(rollout.version, reason, start) as never,
      }),
    );
    await queries.invalidateQueries({ queryKey: ['rollout', rollout.id] });
  };
  return (
    <div className="buttons">
      <button type="button" className="plain" onClick={() => setAsking(true)}>
        change start
      </button>
      {isAsking && (
        <Confirm
          title={`Move the start of ${rollout.model} ${rollout.version}?`}
          consequence="Until then it waits, and the model serves as it does."
          verb="Move"
          act={move}
          close={() => setAsking(false)}
        >
          <StartTime value={start} set={setStart} />
        </Confirm>
      )}
    </div>
  );
}
