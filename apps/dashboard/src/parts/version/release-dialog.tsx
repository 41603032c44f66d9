import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { client, dataOf } from '../../api.ts';
import { actionsQuery, type Model, whyNot } from '../../queries.ts';
import { releaseBody } from '../../release-body.ts';
import { useRequestKeys } from '../../request-keys.ts';
import { Confirm } from '../basics.tsx';
import { StartTime } from '../start-time.tsx';

interface ReleaseDialogProps {
  readonly model: Pick<Model, 'name' | 'primary'>;
  readonly version: number;
  readonly close: () => void;
}

/** Begins a rollout of a version that is registered, and leads to it. */
export function ReleaseDialog({ model: { name, primary }, version, close }: ReleaseDialogProps) {
  const [startAt, setStartAt] = useState('');
  const [, go] = useLocation();
  const queries = useQueryClient();
  const keys = useRequestKeys();
  const actions = useQuery(actionsQuery(name, version));
  const release = async (reason: string): Promise<void> => {
    const body = releaseBody(version, reason, startAt) as never;
    const params = { path: { model: name } };
    const made = dataOf(
      await keys.send({ params, body }, (headers) =>
        client.POST('/api/v1/models/{model}/rollouts', { params, body, headers }),
      ),
    );
    await queries.invalidateQueries({ queryKey: ['model', name] });
    go(`/rollouts/${made.id}`);
  };
  return (
    <Confirm
      title={`Release ${name} ${version}?`}
      consequence={`A rollout of version ${version} begins by the model’s policy.${primary === null ? '' : ` Version ${primary} serves until it has earned its place.`}`}
      verb="Release"
      hindrance={whyNot(actions.data, 'release')}
      act={release}
      close={close}
    >
      <StartTime value={startAt} set={setStartAt} />
    </Confirm>
  );
}
