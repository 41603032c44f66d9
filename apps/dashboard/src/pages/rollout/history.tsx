import { useQuery } from '@tanstack/react-query';
import {
  BadgeCheck,
  CircleCheck,
  CirclePause,
  CirclePlay,
  ClipboardCheck,
  Eye,
  Flag,
  type LucideIcon,
  OctagonX,
  Play,
  Plus,
  ThumbsUp,
  Timer,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import { Badge, Load, useNow } from '../../parts/basics.tsx';
import { Detached } from '../../parts/detached.tsx';
import { gateNamed, keyOf, unitOf } from '#libs/rollout-view';
import { type Event, eventsQuery, type Rollout, type Verdict } from '../../queries.ts';
import { ago, stateWords, verdictWords } from '../../words.ts';
import { type Folded, foldLooks } from './fold-looks.ts';

type Tone = 'good' | 'bad' | 'wait' | 'live' | 'quiet';
const LOOKS: Readonly<Record<string, readonly [LucideIcon, Tone]>> = {
  created: [Plus, 'quiet'],
  checked: [ClipboardCheck, 'live'],
  advanced: [CirclePlay, 'live'],
  step_started: [Play, 'quiet'],
  start_period_over: [Timer, 'quiet'],
  judged: [Eye, 'quiet'],
  approved: [ThumbsUp, 'good'],
  promoted: [Flag, 'good'],
  succeeded: [BadgeCheck, 'good'],
  paused: [CirclePause, 'wait'],
  resumed: [Play, 'live'],
  rolled_back: [Undo2, 'bad'],
  aborted: [OctagonX, 'bad'],
  rejected: [OctagonX, 'bad'],
};

/** What happens all the time, and changes nothing that callers get. */
const SMALL = /^rollout\.(judged|step_started|start_period_over|clock_stopped|clock_resumed|waits)$/;

/** The rollout's record, the newest first: what has changed something, and all of it for whoever asks. */
export function History({ rollout }: { rollout: Rollout }) {
  const events = useQuery(eventsQuery(rollout.id));
  const now = useNow();
  const [all, setAll] = useState(false);
  return (
    <section aria-labelledby="history">
      <h2 id="history">What happened</h2>
      <Load query={events}>
        {({ items, detached }) => (
          <>
            <label className="check">
              <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> Every
              look and clock, too
            </label>
            <ol className="timeline" reversed>
              {foldLooks(items)
                .filter(({ event }, i, { length }) => all || i === length - 1 || !SMALL.test(event.type))
                .toReversed()
                .map((folded) => (
                  <Happened key={folded.event.sequence} folded={folded} policy={rollout.policy} now={now} />
                ))}
            </ol>
            <Detached exports={detached} />
          </>
        )}
      </Load>
    </section>
  );
}

interface HappenedProps {
  readonly folded: Folded;
  readonly policy: unknown;
  readonly now: number;
}

function Happened({ folded: { event, looksBefore }, policy, now }: HappenedProps) {
  const kind = event.type.replace('rollout.', '');
  const [Icon, tone] = LOOKS[kind] ?? ([CircleCheck, 'quiet'] as const);
  return (
    <li>
      <time dateTime={event.at} title={event.at}>
        {ago(event.at, now)}
      </time>
      <span className={`point ${tone}`} aria-hidden="true">
        <Icon />
      </span>
      <div>
        <p>
          <strong>{stateWords(kind)}</strong>{' '}
          {typeof event.data['because'] === 'string' ? event.data['because'] : ''}{' '}
          <span className="quiet">
            by {event.actor}
            {looksBefore > 0 && `, after ${looksBefore} more ${looksBefore === 1 ? 'look' : 'looks'}`}
          </span>
        </p>
        <Evidence event={event} policy={policy} />
      </div>
    </li>
  );
}

/** What the gates said when it was decided. */
function Evidence({ event, policy }: { event: Event; policy: unknown }) {
  const verdicts = event.data['verdicts'] as readonly Verdict[] | undefined;
  if (!Array.isArray(verdicts) || verdicts.length === 0) return null;
  return (
    <details className="evidence-of">
      <summary className="quiet">
        by {verdicts.length} {verdicts.length === 1 ? 'gate' : 'gates'}
      </summary>
      <ul className="plain-list">
        {(verdicts as readonly Verdict[]).map((verdict) => {
          const unit = unitOf(gateNamed(policy, verdict.gate), verdict.gate);
          return (
            <li key={keyOf(verdict)}>
              <Badge state={verdict.verdict}>{verdictWords[verdict.verdict]}</Badge>{' '}
              <strong>{keyOf(verdict)}</strong> {verdict.because}
              {typeof verdict.estimate === 'number' && (
                <span className="quiet"> (seen {unit.say(verdict.estimate)})</span>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
