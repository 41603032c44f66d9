import { useQuery } from '@tanstack/react-query';
import { Badge, Empty, useNow } from '../../parts/basics.tsx';
import { GateChart } from '../../parts/chart/gate-chart.tsx';
import {
  gateNamed,
  type GatePoint,
  type GateShown,
  gateTitleWords,
  keyOf,
  type StepSpan,
  stepSpans,
  unitOf,
} from '#libs/rollout-view';
import { type Event, eventsQuery, type Rollout, type Verdict } from '../../queries.ts';
import { verdictWords } from '../../words.ts';
import { useGatePoints } from './gate-points.ts';

const NO_EVENTS: readonly Event[] = [];
const WORST_FIRST: readonly Verdict['verdict'][] = ['fail', 'undecided', 'no_data', 'pass'];

/** Is it about how much? Whether a candidate has answered at all is not. */
const isMeasured = ({ margin, interval, estimate }: Verdict): boolean =>
  margin !== null || interval.lower !== null || interval.upper !== null || estimate !== null;

/** What a source's value may be. */
function boundOf(gate: GateShown | undefined): number | null {
  const bound = gate?.['max'] ?? gate?.['min'];
  return typeof bound === 'number' ? bound : null;
}

/** Every gate with its verdict, and how it came to it. Of a rollout that has ended the worst is first; while it lives nothing changes its place. */
export function Gates({ rollout }: { rollout: Rollout }) {
  const events = useQuery({ ...eventsQuery(rollout.id), select: ({ items }) => items }).data ?? NO_EVENTS;
  const points = useGatePoints(rollout, events);
  const now = useNow(2_000);
  const spans = stepSpans(rollout.policy, events, rollout.endedAt);
  // Steps without traffic say nothing that a chart could show.
  const from = Math.min(...[...points.values()].map(([first]) => first?.at ?? Infinity));
  // Times are the server's; this browser's clock may be behind.
  const last = Math.max(...[...points.values()].map((known) => known.at(-1)?.at ?? -Infinity));
  const to = rollout.endedAt === null ? Math.max(now, last) : Date.parse(rollout.endedAt);
  const rank = (verdict: Verdict): number =>
    WORST_FIRST.indexOf(verdict.verdict) + (verdict.segment === null ? 0 : WORST_FIRST.length);
  const sorted =
    rollout.endedAt === null ? rollout.verdicts : rollout.verdicts.toSorted((a, b) => rank(a) - rank(b));
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Gates</h2>
      {sorted.length === 0 ? (
        <Empty>No gate has been judged yet: gates are judged in the steps that send traffic.</Empty>
      ) : (
        <ul className="gate-rows">
          {sorted.map((verdict) => (
            <Gate
              key={keyOf(verdict)}
              policy={rollout.policy}
              verdict={verdict}
              points={points.get(keyOf(verdict)) ?? []}
              spans={spans}
              time={[Number.isFinite(from) ? from : to - 1_000, Math.max(to, from + 1_000)]}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface GateProps {
  readonly policy: unknown;
  readonly verdict: Verdict;
  readonly points: readonly GatePoint[];
  readonly spans: readonly StepSpan[];
  readonly time: readonly [from: number, to: number];
}

function Gate({ policy, verdict, points, spans, time }: GateProps) {
  const gate = gateNamed(policy, verdict.gate);
  const unit = unitOf(gate, verdict.gate);
  const allowed = verdict.margin ?? boundOf(gate);
  const title = gateTitleWords(gate, verdict.gate);
  const isShown = isMeasured(verdict);
  return (
    <li className="card">
      <div className="row">
        <h3 className="gate-name">
          {title}
          {title !== keyOf(verdict) && <code>{keyOf(verdict)}</code>}
        </h3>
        <Badge state={verdict.verdict}>{verdictWords[verdict.verdict]}</Badge>
      </div>
      <p className="gate-words">{verdict.because}</p>
      {isShown && (
        <div className="gate-row">
          <dl>
            <dt>seen</dt>
            <dd>{unit.say(verdict.estimate)}</dd>
            {(verdict.interval.lower !== null || verdict.interval.upper !== null) && (
              <>
                <dt>lies between</dt>
                <dd>
                  {unit.say(verdict.interval.lower)} and {unit.say(verdict.interval.upper)}
                </dd>
              </>
            )}
            <dt>allowed</dt>
            <dd>{unit.say(allowed)}</dd>
            <dt>a failure</dt>
            <dd>{verdict.dryRun ? 'is shown, never acted on' : EFFECTS[verdict.onFail]}</dd>
          </dl>
          <GateChart
            name={keyOf(verdict)}
            unit={unit}
            points={points.map((point) => ({ ...point, margin: point.margin ?? allowed }))}
            spans={spans}
            time={time}
          />
        </div>
      )}
      {!isShown && verdict.dryRun && <p className="quiet">Shown only, never acted on.</p>}
    </li>
  );
}

const EFFECTS: Readonly<Record<Verdict['onFail'], string>> = { rollback: 'rolls back', pause: 'pauses' };
