import { useQuery } from '@tanstack/react-query';
import { useNow } from '../../parts/basics.tsx';
import { type Rollout, versionQuery } from '../../queries.ts';
import { ago, stateWords } from '../../words.ts';

/** Which model servers of a live rollout take no callers. */
export function Servers({ rollout: { model, version, from } }: { rollout: Rollout }) {
  return (
    <>
      <NotReady model={model} version={version} />
      {typeof from === 'number' && <NotReady model={model} version={from} />}
    </>
  );
}

function NotReady({ model, version }: { model: string; version: number }) {
  const now = useNow();
  const { data } = useQuery(versionQuery(model, version));
  const deployment = data?.deployment;
  if (!deployment || ['ready', 'retired'].includes(deployment.state)) return null;
  return (
    <p className={deployment.state === 'starting' ? 'notice' : 'notice bad'} role="status">
      <strong>
        Version {version} is {stateWords(deployment.state)}
      </strong>{' '}
      since {ago(deployment.since, now)}: {deployment.because}
    </p>
  );
}
