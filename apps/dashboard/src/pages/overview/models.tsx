import { Link } from 'wouter';
import { Badge, Empty, useNow } from '../../parts/basics.tsx';
import { OutBadge } from '../../parts/primary-out.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { StartGroup } from '../../parts/groups/start-group.tsx';
import type { Model } from '../../queries.ts';
import { ago } from '../../words.ts';
import { type More, ShowMore } from '../../parts/lists/show-more.tsx';
import { Table } from '../../parts/lists/table.tsx';

interface ModelsProps {
  readonly models: readonly Model[];
  readonly more: More;
  /** Of the names that are shown. */
  readonly text: string;
  readonly setText: (text: string) => void;
}

/** All models, with what serves and what is on its way. */
export function Models({ models, more, text, setText }: ModelsProps) {
  const now = useNow();
  if (models.length === 0 && text === '')
    return (
      <Empty>
        No model is registered yet. <Link href="/register">Register the first version</Link>, or have{' '}
        <code>understudy register understudy.yaml</code> do it, or <code>mlflow.register_model</code> with
        this server as its registry.
      </Empty>
    );
  return (
    <>
      <div className="tools">
        <label className="search">
          <span className="hidden">Find a model</span>
          <input
            type="search"
            placeholder="Find by name"
            maxLength={256}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <Link className="button" href="/register">
          Register a version
        </Link>
        <StartGroup models={models} mayBeMore={more.hasNextPage || text !== ''} />
      </div>
      <Table label="Models" columns={['Model', 'Serves', 'On its way', 'Changed']}>
        {models.map((model) => {
          const rollout = model.liveRollout;
          return (
            <tr key={model.name}>
              <th scope="row">
                <Link href={`/models/${encodeURIComponent(model.name)}`}>{model.name}</Link>
              </th>
              <td>
                {model.primary === null ? (
                  <span className="quiet">{model.retirement ? 'retired' : 'nothing yet'}</span>
                ) : (
                  <>
                    <VersionLink model={model.name} version={model.primary} /> <OutBadge model={model} />
                  </>
                )}
              </td>
              <td>
                {rollout && (
                  <Link href={`/rollouts/${rollout.id}`}>
                    version {rollout.version} <Badge state={rollout.state} />
                  </Link>
                )}
              </td>
              <td className="quiet">{ago(String(model['updatedAt'] ?? ''), now)}</td>
            </tr>
          );
        })}
      </Table>
      {models.length === 0 && <Empty>No model has “{text}” in its name.</Empty>}
      <ShowMore of={more} />
    </>
  );
}
