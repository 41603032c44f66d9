import { useQuery } from '@tanstack/react-query';
import { Empty, Load } from '../../parts/basics.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { lineageQuery } from '../../queries.ts';

interface Node {
  readonly model: string;
  readonly version: number;
}

/** What feeds the version that serves, and what it feeds. */
export function Lineage({ model, version }: { model: string; version: number }) {
  const lineage = useQuery(lineageQuery(model, version));
  return (
    <section aria-labelledby="lineage">
      <h2 id="lineage">Lineage of version {version}</h2>
      <Load query={lineage} lines={2}>
        {(found) => {
          const edges = (found as unknown as { edges: readonly { from: Node; to: Node }[] }).edges;
          const isIt = (node: Node): boolean => node.model === model && node.version === version;
          const up = edges.filter(({ to }) => isIt(to)).map(({ from }) => from);
          const down = edges.filter(({ from }) => isIt(from)).map(({ to }) => to);
          if (edges.length === 0) return <Empty>It consumes no other model, and none consumes it.</Empty>;
          return (
            <div className="lineage">
              <Nodes title="Feeds it" nodes={up} />
              <div className="node it" aria-label={`This: ${model} ${version}`}>
                {model} {version}
              </div>
              <Nodes title="It feeds" nodes={down} />
              {edges.length > up.length + down.length && (
                <p className="quiet">{edges.length - up.length - down.length} more further away</p>
              )}
            </div>
          );
        }}
      </Load>
    </section>
  );
}

function Nodes({ title, nodes }: { title: string; nodes: readonly Node[] }) {
  return (
    <div>
      <h3>{title}</h3>
      {nodes.length === 0 ? (
        <p className="quiet">nothing</p>
      ) : (
        <ul className="plain-list">
          {nodes.map((node) => (
            <li key={`${node.model} ${node.version}`} className="node">
              <VersionLink model={node.model} version={node.version}>
                {node.model} {node.version}
              </VersionLink>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
