import { useQuery } from '@tanstack/react-query';
import { Badge, Empty } from '../../parts/basics.tsx';
import { GateChart } from '../../parts/chart/gate-chart.tsx';
import { eventsQuery, type Rollout, type Verdict } from '../../queries.ts';
import { number, verdictWords } from '../../words.ts';
import { keyOf, useGatePoints } from './gate-points.ts';

/** Is it about how much? Whether a candidate has answered at all is not. */
const isMeasured = ({ margin, interval }: Verdict): boolean =>
  margin !== null || interval.lower !== null || interval.upper !== null;

/** Every gate with its verdict, and how it came to it. */
export function Gates({ rollout }: { rollout: Rollout }) {
  const events = useQuery({ ...eventsQuery(rollout.id), select: ({ items }) => items });
  const points = useGatePoints(rollout, events.data ?? []);
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Gates</h2>
      {rollout.verdicts.length === 0 ? (
        <Empty>No gate has been judged yet: gates are judged in the steps that send traffic.</Empty>
      ) : (
        <ul className="cards">
          {rollout.verdicts.map((verdict) => (
            <li key={keyOf(verdict)} className="card">
              <div className="row">
                <h3>{keyOf(verdict)}</h3>
                <Badge state={verdict.verdict}>{verdictWords[verdict.verdict]}</Badge>
              </div>
              {isMeasured(verdict) && (
                <GateChart name={keyOf(verdict)} points={points.get(keyOf(verdict)) ?? []} />
              )}
              <p>{verdict.because}</p>
              {isMeasured(verdict) && (
                <p className="quiet">
                  estimate {number(verdict.estimate)}, between {number(verdict.interval.lower)} and{' '}
                  {number(verdict.interval.upper)}; margin {number(verdict.margin)}
                </p>
              )}
              {verdict.dryRun && <p className="quiet">Shown only, never acted on.</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
