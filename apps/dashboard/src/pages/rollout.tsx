import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { actOnSeen, lookAtRollout, UnderstudyError } from '#libs/client';
import { client } from '../api.ts';
import { Badge, Confirm, Empty, Load, useNow } from '../parts/basics.tsx';
import { GateChart, type GatePoint } from '../parts/gate-chart.tsx';
import { EmbeddedPairs } from '../parts/embedded-pairs.tsx';
import { JudgedPairs } from '../parts/judged-pairs.tsx';
import { ReleaseGroup } from '../parts/release-group.tsx';
import { Samples } from '../parts/samples.tsx';
import { MoveStart } from '../parts/start-time.tsx';
import { Track, TrafficBar } from '../parts/track.tsx';
import {
  type Event,
  eventsQuery,
  evidenceQuery,
  type Rollout,
  rolloutQuery,
  versionQuery,
  type Verdict,
} from '../queries.ts';
import { ago, consequenceOf, number, stateWords, trafficWords, verdictWords } from '../words.ts';

type Action = Rollout['legalActions'][number];
const DANGEROUS: readonly Action[] = ['abort', 'reject'];
/** What a freeze window holds back. */
const HURRIED: readonly Action[] = ['skip', 'promote'];
const hasFreeze = ({ policy }: Rollout): boolean =>
  Array.isArray((policy as { freeze?: unknown } | null)?.freeze);
const IMPORTANT: readonly Action[] = ['approve', 'promote', 'resume', 'retry'];

export function RolloutPage({ id }: { id: string }) {
  const rollout = useQuery(rolloutQuery(id));
  return <Load query={rollout}>{(found) => <Shown rollout={found} />}</Load>;
}

function Shown({ rollout }: { rollout: Rollout }) {
  const { id, model, version, from } = rollout;
  const now = useNow();
  return (
    <>
      <p className="crumbs">
        <Link href="/">Overview</Link> / <Link href={`/models/${encodeURIComponent(model)}`}>{model}</Link> /
        rollout
      </p>
      <div className="row">
        <h1>
          {model} <span className="quiet">{from ?? '–'} →</span> {version}
        </h1>
        <Badge state={rollout.state} />
      </div>
      <p className="lead">{trafficWords(rollout)}</p>
      {rollout.endedAt === null && <Servers rollout={rollout} />}
      <Track rollout={rollout} />
      <TrafficBar rollout={rollout} />
      {rollout.groupId !== null && <ReleaseGroup id={rollout.groupId} own={id} />}
      <div className="card now">
        <p>
          <strong>
            {rollout.decision ? `Decision: ${rollout.decision.kind}.` : 'Nothing is decided yet.'}
          </strong>{' '}
          {rollout.waitingFor ?? rollout.decision?.because ?? rollout.reason}{' '}
          <span className="quiet">{ago(rollout.decision?.at, now)}</span>
        </p>
        <Tries rollout={rollout} />
        <Actions rollout={rollout} />
        {rollout.queued && rollout.endedAt === null && <MoveStart rollout={rollout} />}
      </div>
      <Gates rollout={rollout} />
      <Checks rollout={rollout} />
      <JudgedPairs id={id} isLive={rollout.endedAt === null} />
      <EmbeddedPairs id={id} isLive={rollout.endedAt === null} />
      <Counts id={id} isLive={rollout.endedAt === null} />
      <Samples id={id} isLive={rollout.endedAt === null} />
      <History id={id} />
    </>
  );
}

/** Of a version that was tried before: its error budget is not given anew. */
function Tries({ rollout: { errorBudget } }: { rollout: Rollout }) {
  const { attempt, alpha, spentBefore } = errorBudget;
  if (attempt === null || attempt < 2) return null;
  const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;
  return (
    <p className="quiet">
      Try {attempt} of this version: alpha {percent(alpha)} is left to it, {percent(spentBefore)} was spent
      before.
    </p>
  );
}

/** Which model servers of a live rollout take no callers. */
function Servers({ rollout: { model, version, from } }: { rollout: Rollout }) {
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

function Actions({ rollout }: { rollout: Rollout }) {
  /** What is asked for, and the rollout as it was shown then: what comes behind the open dialog is not what was decided on. */
  const [open, setOpen] = useState<{ readonly asked: Action; readonly seen: Rollout } | null>(null);
  const [overrideFreeze, setOverrideFreeze] = useState(false);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const act = async (action: Action, seen: Rollout, reason: string): Promise<void> => {
    const { id } = seen;
    const approved = action === 'approve' ? { policyHash: seen.policyHash } : {};
    const through = HURRIED.includes(action) && overrideFreeze ? { overrideFreeze } : {};
    const after = await actOnSeen(client, seen, action, { reason, ...approved, ...through }).catch(
      async (error: unknown) => {
        // The next click is for what the dialog shows from here on.
        if (error instanceof UnderstudyError && error.code === 'changed_meanwhile')
          setOpen({ asked: action, seen: await lookAtRollout(client, id) });
        throw error;
      },
    );
    await queries.invalidateQueries({ queryKey: ['rollout', id] });
    if (after.id !== id) go(`/rollouts/${after.id}`);
  };
  if (rollout.legalActions.length === 0 && open === null) return null;
  return (
    <div className="buttons">
      {rollout.legalActions.map((action) => (
        <button
          key={action}
          type="button"
          className={DANGEROUS.includes(action) ? 'danger' : IMPORTANT.includes(action) ? 'primary' : 'plain'}
          onClick={() => {
            setOverrideFreeze(false);
            setOpen({ asked: action, seen: rollout });
          }}
        >
          {action}
        </button>
      ))}
      {open && (
        <Confirm
          title={`${open.asked.charAt(0).toUpperCase()}${open.asked.slice(1)} ${rollout.model} ${rollout.version}?`}
          consequence={consequenceOf(open.asked, open.seen)}
          verb={open.asked}
          isDangerous={DANGEROUS.includes(open.asked)}
          act={(reason) => act(open.asked, open.seen, reason)}
          close={() => setOpen(null)}
        >
          {HURRIED.includes(open.asked) && hasFreeze(rollout) && (
            <label className="check">
              <input
                type="checkbox"
                checked={overrideFreeze}
                onChange={(event) => setOverrideFreeze(event.target.checked)}
              />
              Although a freeze window may be open
            </label>
          )}
        </Confirm>
      )}
    </div>
  );
}

const keyOf = ({ gate, segment }: Verdict): string => (segment === null ? gate : `${gate} (${segment})`);

/** Every gate as it was over time: by the events that changed it, and by what this page has seen since. */
function useGatePoints(
  rollout: Rollout,
  events: readonly Event[],
): ReadonlyMap<string, readonly GatePoint[]> {
  const seen = useRef<{ at: number; verdicts: readonly Verdict[] }[]>([]);
  const last = seen.current.at(-1);
  if (last?.verdicts !== rollout.verdicts && rollout.verdicts.length > 0)
    seen.current.push({
      at: Date.parse(rollout.decision?.at ?? rollout.createdAt),
      verdicts: rollout.verdicts,
    });
  return useMemo(() => {
    const told = events.flatMap(({ at, data }) =>
      Array.isArray(data['verdicts'])
        ? [{ at: Date.parse(at), verdicts: data['verdicts'] as Verdict[] }]
        : [],
    );
    const points = new Map<string, GatePoint[]>();
    for (const { at, verdicts } of [...told, ...seen.current].sort((a, b) => a.at - b.at)) {
      for (const verdict of verdicts) {
        const { estimate, interval, margin } = verdict;
        const known = points.get(keyOf(verdict)) ?? [];
        if (known.at(-1)?.at !== at)
          known.push({
            at,
            estimate: estimate ?? null,
            lower: interval?.lower ?? null,
            upper: interval?.upper ?? null,
            margin,
          });
        points.set(keyOf(verdict), known);
      }
    }
    return points;
  }, [events, rollout.verdicts]);
}

function Gates({ rollout }: { rollout: Rollout }) {
  const events = useQuery(eventsQuery(rollout.id));
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
              <GateChart name={keyOf(verdict)} points={points.get(keyOf(verdict)) ?? []} />
              <p>{verdict.because}</p>
              <p className="quiet">
                estimate {number(verdict.estimate)}, between {number(verdict.interval.lower)} and{' '}
                {number(verdict.interval.upper)}; margin {number(verdict.margin)}
                {verdict.dryRun ? '; shown only, never acted on' : ''}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Checks({ rollout }: { rollout: Rollout }) {
  if (rollout.checks === null) return null;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks before any traffic</h2>
      <ul className="plain-list">
        {rollout.checks.map((check) => (
          <li key={check.check}>
            <Badge state={check.outcome === 'skipped' ? 'quiet' : check.outcome}>{check.outcome}</Badge>{' '}
            <strong>{check.check}</strong> {check.because}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Tally {
  readonly requests: number;
  readonly errors: number;
  readonly compared?: number;
  readonly agreed?: number;
  readonly failures?: Readonly<Record<string, number>>;
  readonly replaced?: Readonly<Record<string, number>>;
  readonly latencyMs: Quantiles;
  /** Of streams; an older api does not send them. */
  readonly ttftMs?: Quantiles;
  readonly interTokenMs?: Quantiles;
  /** Of language models, where a gate asks for it. */
  readonly usage?: Usage;
  /** Of a shadow: pairs of texts by what the pairwise judge made of them. */
  readonly judged?: Readonly<Record<string, number>>;
  readonly judgeFailures?: Readonly<Record<string, number>>;
}
interface Usage {
  readonly inputTokensMean: number | null;
  readonly outputTokensMean: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly costMean: number | null;
}
interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const USAGE_COLUMNS: readonly (readonly [title: string, of: keyof Usage])[] = [
  ['Tokens read, mean', 'inputTokensMean'],
  ['Tokens made, mean', 'outputTokensMean'],
  ['Tokens a second', 'outputTokensPerSecond'],
  ['Cost, mean', 'costMean'],
];
/** Those that some answer has said. */
const usageIn = (rows: readonly { readonly tally: Tally }[]) =>
  USAGE_COLUMNS.filter(([, of]) => rows.some(({ tally }) => typeof tally.usage?.[of] === 'number'));

const columnsOf = (hasStreams: boolean, usage: typeof USAGE_COLUMNS): readonly string[] => [
  ...['Step', 'Arm', 'Requests', 'Errors', 'p50 ms', 'p95 ms', 'p99 ms'],
  ...(hasStreams ? ['First token p95 ms', 'Between tokens p95 ms'] : []),
  ...usage.map(([title]) => title),
  ...['Agreed', 'Failed by', 'Answered by the primary instead'],
];

/** Counts by reason, the most frequent first. */
function reasons(counts: Readonly<Record<string, number>> = {}): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? '–' : sorted.map(([reason, n]) => `${reason} ${number(n)}`).join(', ');
}

function Counts({ id, isLive }: { id: string; isLive: boolean }) {
  const evidence = useQuery(evidenceQuery(id, isLive));
  return (
    <section aria-labelledby="counts">
      <h2 id="counts">What was counted</h2>
      <Load query={evidence} lines={3}>
        {(items) => {
          const rows = items.flatMap((item) =>
            (['primary', 'candidate', 'shadow'] as const).map((arm) => ({
              step: Number(item['step']),
              arm,
              tally: item[arm] as unknown as Tally,
            })),
          );
          const counted = rows.filter(
            ({ tally }) => tally.requests > 0 || Object.keys(tally.replaced ?? {}).length > 0,
          );
          if (counted.length === 0)
            return (
              <Empty>Nothing yet: gateways tell what they have counted every few hundred milliseconds.</Empty>
            );
          const usage = usageIn(counted);
          const hasStreams = counted.some(({ tally }) => typeof tally.ttftMs?.p95 === 'number');
          return (
            <div className="scroll" tabIndex={0} role="region" aria-label="What was counted, as a table">
              <table>
                <thead>
                  <tr>
                    {columnsOf(hasStreams, usage).map((name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {counted.map(({ step, arm, tally }) => (
                    <tr key={`${step} ${arm}`}>
                      <td>{step + 1}</td>
                      <th scope="row">{arm}</th>
                      <td>{number(tally.requests)}</td>
                      <td>{number(tally.errors)}</td>
                      <td>{number(tally.latencyMs.p50)}</td>
                      <td>{number(tally.latencyMs.p95)}</td>
                      <td>{number(tally.latencyMs.p99)}</td>
                      {hasStreams && <td>{number(tally.ttftMs?.p95)}</td>}
                      {hasStreams && <td>{number(tally.interTokenMs?.p95)}</td>}
                      {usage.map(([title, of]) => (
                        <td key={title}>{number(tally.usage?.[of])}</td>
                      ))}
                      <td>{tally.compared ? `${number(tally.agreed)} of ${number(tally.compared)}` : '–'}</td>
                      <td>{reasons(tally.failures)}</td>
                      <td>{reasons(tally.replaced)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Load>
    </section>
  );
}

function History({ id }: { id: string }) {
  const events = useQuery(eventsQuery(id));
  const now = useNow();
  return (
    <section aria-labelledby="history">
      <h2 id="history">What happened</h2>
      <Load query={events}>
        {(items) => (
          <ol className="events" reversed>
            {[...items].reverse().map((event) => (
              <li key={event.sequence}>
                <time dateTime={event.at}>{ago(event.at, now)}</time>{' '}
                <strong>{stateWords(event.type.replace('rollout.', ''))}</strong>{' '}
                {typeof event.data['because'] === 'string' ? event.data['because'] : ''}{' '}
                <span className="quiet">by {event.actor}</span>
              </li>
            ))}
          </ol>
        )}
      </Load>
    </section>
  );
}
