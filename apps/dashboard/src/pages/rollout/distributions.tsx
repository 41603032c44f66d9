import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type DistributionFound, distributionsQuery, type Rollout, versionQuery } from '../../queries.ts';
import { number, percent, stepsOf } from '../../words.ts';
import { distributionRows, stabilityWords } from './distribution-rows.ts';

const TITLES: Readonly<Record<string, string>> = { output: 'Answers', confidence: 'Confidence' };

/** What the two versions answer, side by side: in the newest step, or in one that is chosen. */
export function Distributions({ rollout }: { rollout: Rollout }) {
  const { id, model, version, policy, endedAt } = rollout;
  const found = useQuery(distributionsQuery(id, endedAt === null)).data;
  const spec = useQuery({ ...versionQuery(model, version), refetchInterval: false }).data?.outputSpec;
  const [chosen, setChosen] = useState<number | null>(null);
  const steps = [...new Set(found?.map(({ step }) => step))];
  const last = steps.at(-1);
  if (found === undefined || last === undefined) return null;
  const step = chosen ?? last;
  const labels = stepsOf(policy);
  return (
    <section aria-labelledby="distributions">
      <div className="row">
        <h2 id="distributions">What they answer</h2>
        {steps.length > 1 && (
          <label className="inline">
            in step{' '}
            <select value={step} onChange={(event) => setChosen(Number(event.target.value))}>
              {steps.map((one) => (
                <option key={one} value={one}>
                  {labels[one]?.label ?? one + 1}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <ul className="cards">
        {found
          .filter((one) => one.step === step)
          .map((one) => (
            <li key={one.name} className="card">
              <Histogram of={one} areNumbers={one.name === 'output' && spec?.['kind'] !== 'label'} />
            </li>
          ))}
      </ul>
    </section>
  );
}

function Histogram({ of, areNumbers }: { of: DistributionFound; areNumbers: boolean }) {
  const rows = distributionRows(of, areNumbers);
  const most = Math.max(...rows.flatMap(({ primary, candidate }) => [primary, candidate]), 0);
  const index = of.candidateToPrimary?.stabilityIndex;
  const width = (share: number) => ({ width: `${most === 0 ? 0 : (100 * share) / most}%` });
  const words = (share: number): string => percent(Math.round(1_000 * share) * 10);
  return (
    <>
      <div className="row">
        <h3>{TITLES[of.name] ?? of.name}</h3>
        <span className="quiet">
          {stabilityWords(index)}
          {index !== undefined && ` (stability index ${number(index)})`}
        </span>
      </div>
      <table className="bars" role="table">
        <caption className="hidden">{TITLES[of.name] ?? of.name}: shares of each version’s answers</caption>
        <thead className="hidden" role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              Answer
            </th>
            <th scope="col" role="columnheader">
              Primary
            </th>
            <th scope="col" role="columnheader">
              On trial
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map(({ label, primary, candidate }) => (
            <tr key={label} role="row">
              <th scope="row" role="rowheader" title={label}>
                {label}
              </th>
              <td role="cell">
                <span className="bar primary" style={width(primary)} aria-hidden="true" /> {words(primary)}
              </td>
              <td role="cell">
                <span className="bar on-trial" style={width(candidate)} aria-hidden="true" />{' '}
                {words(candidate)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
