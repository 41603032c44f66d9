import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Empty } from '../../parts/basics.tsx';
import { compareHref } from '../../parts/version/compare-href.ts';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { type Model, type Version, versionQuery } from '../../queries.ts';
import { number } from '../../words.ts';

/** Its evaluation metrics, beside those of the version that serves. */
export function Metrics({ model, version }: { model: Model; version: Version }) {
  const other = model.primary === null || model.primary === version.version ? null : model.primary;
  const primary = useQuery({ ...versionQuery(model.name, other ?? 0), enabled: other !== null });
  const names = Object.keys(version.metrics).sort();
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
        <div className="scroll" tabIndex={0} role="region" aria-label="Metrics, as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Metric</th>
                <th scope="col">Version {version.version}</th>
                {other !== null && (
                  <>
                    <th scope="col">
                      Primary, <VersionLink model={model.name} version={other} />
                    </th>
                    <th scope="col">Difference</th>
                  </>
                )}
              </tr>
            </thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{number(version.metrics[name])}</td>
                  {other !== null && (
                    <>
                      <td>{number(theirs?.[name])}</td>
                      <td>{difference(version.metrics[name], theirs?.[name])}</td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
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

function difference(own: number | undefined, theirs: number | undefined): string {
  if (own === undefined || theirs === undefined) return '–';
  const by = own - theirs;
  return by === 0 ? 'none' : `${by > 0 ? '+' : '−'}${number(Math.abs(by))}`;
}
