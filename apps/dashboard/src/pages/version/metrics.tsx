import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { own } from '../../own.ts';
import { Empty } from '../../parts/basics.tsx';
import { compareHref } from '../../parts/version/compare-href.ts';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { type Model, type Version, versionQuery } from '../../queries.ts';
import { number } from '../../words.ts';
import { Table } from '../../parts/lists/table.tsx';

/** Its evaluation metrics, beside those of the version that serves. */
export function Metrics({ model, version }: { model: Model; version: Version }) {
  const other = model.primary === null || model.primary === version.version ? null : model.primary;
  const primary = useQuery({ ...versionQuery(model.name, other ?? 0), enabled: other !== null });
  const names = Object.keys(version.metrics).sort();
  const columns =
    other === null
      ? ['Metric', `Version ${version.version}`]
      : [
          'Metric',
          `Version ${version.version}`,
          { name: 'Primary', shown: <PrimaryIs model={model.name} version={other} /> },
          'Difference',
        ];
  const theirs = other === null ? undefined : primary.data?.metrics;
  return (
    <section aria-labelledby="metrics">
      <h2 id="metrics">Metrics</h2>
      {names.length === 0 ? (
        <Empty>
          None were given. <code>understudy version add-metrics</code> adds some; checks may compare them with
          the primary’s.
        </Empty>
      ) : (
        <Table label="Metrics" columns={columns}>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{number(version.metrics[name])}</td>
              {other !== null && (
                <>
                  <td>{number(own(theirs, name))}</td>
                  <td>{difference(version.metrics[name], own(theirs, name))}</td>
                </>
              )}
            </tr>
          ))}
        </Table>
      )}
      {other !== null && (
        <p>
          <Link href={compareHref(model.name, other, version.version)}>Compare it with version {other}</Link>{' '}
          <span className="quiet">in everything that is known of the two.</span>
        </p>
      )}
    </section>
  );
}

function PrimaryIs({ model, version }: { model: string; version: number }) {
  return (
    <>
      Primary, <VersionLink model={model} version={version} />
    </>
  );
}

function difference(ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined || theirs === undefined) return '–';
  const by = ours - theirs;
  return by === 0 ? 'none' : `${by > 0 ? '+' : '−'}${number(Math.abs(by))}`;
}
