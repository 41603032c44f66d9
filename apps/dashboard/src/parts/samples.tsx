import { useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { type Sample, samplesQuery } from '../queries.ts';
import { answersApart } from './answers-apart.ts';
import { Load } from './basics.tsx';

/** Cards before somebody asks for more. */
const SHOWN = 6;
/** Places of an answer that are named before somebody opens it. */
const NAMED = 3;

/** The requests that the two versions answered most differently. One that somebody reads stays, though worse ones come. */
export function Samples({ id, isLive }: { id: string; isLive: boolean }) {
  const samples = useQuery(samplesQuery(id, isLive));
  const [read, setRead] = useState<readonly Sample[]>([]);
  const [all, setAll] = useState(false);
  if (samples.data?.length === 0) return null;
  const toggle = (sample: Sample, isOpen: boolean): void =>
    setRead((before) => [
      ...before.filter(({ requestId }) => requestId !== sample.requestId),
      ...(isOpen ? [sample] : []),
    ]);
  return (
    <section aria-labelledby="samples">
      <h2 id="samples">Where the two disagreed most</h2>
      <Load query={samples} lines={2}>
        {(items) => {
          const replaced = read.filter((one) => !items.some(({ requestId }) => requestId === one.requestId));
          const found = [...replaced, ...items];
          const isRead = ({ requestId }: Sample): boolean => read.some((one) => one.requestId === requestId);
          const shown = found.filter((sample, i) => all || i < SHOWN || isRead(sample));
          return (
            <>
              <ul className="disagreements">
                {shown.map((sample) => (
                  <li key={sample.requestId} className="card">
                    <Disagreement sample={sample} toggle={(isOpen) => toggle(sample, isOpen)} />
                  </li>
                ))}
              </ul>
              {shown.length < found.length && (
                <p>
                  <button type="button" onClick={() => setAll(true)}>
                    Show all {found.length}
                  </button>
                </p>
              )}
            </>
          );
        }}
      </Load>
    </section>
  );
}

interface DisagreementProps {
  readonly sample: Sample;
  readonly toggle: (isOpen: boolean) => void;
}

/** What each has said where they differ; all of it for whoever opens it. */
function Disagreement({ sample, toggle }: DisagreementProps) {
  const { primary, candidate, request, requestId } = sample;
  const apart = answersApart(primary.body, candidate.body);
  const [first, ...others] = apart;
  const sameStatus = primary.status === candidate.status;
  return (
    <details onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
      <summary>
        <span className="versus">
          <span className="arm">{sameStatus ? (first?.primary ?? primary.status) : primary.status}</span>
          <ArrowRight className="icon" size={16} aria-label="and on trial" />
          <span className="arm on-trial">
            {sameStatus ? (first?.candidate ?? candidate.status) : candidate.status}
          </span>
        </span>
        <span className="quiet">
          {sameStatus ? `status ${primary.status}` : 'another status'}
          {apart.length > 1 && `, ${apart.length} places`}
        </span>
        <span className="quiet">
          {sameStatus && first ? first.path || 'the answer' : ''}
          {others
            .slice(0, NAMED - 1)
            .filter(() => sameStatus)
            .map(({ path }) => `, ${path}`)}
          <span className="hidden"> in request {requestId}</span>
        </span>
      </summary>
      <div className="columns">
        <Said title="Request" text={request} />
        <Said title="Primary answered" text={primary.body} />
        <Said title="Candidate answered" text={candidate.body} />
      </div>
      <p className="quiet">Request {requestId}</p>
    </details>
  );
}

/** A body as it was seen, with its JSON spread out. */
function Said({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <h3>{title}</h3>
      <pre tabIndex={0}>{spread(text)}</pre>
    </div>
  );
}

function spread(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
