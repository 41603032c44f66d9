import { useQuery } from '@tanstack/react-query';
import { ArrowRight, ClipboardCopy } from 'lucide-react';
import { useState } from 'react';
import { type Sample, samplesQuery } from '../../queries.ts';
import { answersApart } from './answers-apart.ts';
import { Load } from '../basics.tsx';
import { confusionOf, labelsOf } from './confusion.ts';
import { type Cell, ConfusionMatrix } from './confusion-matrix.tsx';
import { copyText } from './copy-text.ts';
import { goldenOf, USUAL_PATH } from './golden-of.ts';
import { TextDiff } from './text-diff.tsx';

/** Cards before somebody asks for more. */
const SHOWN = 6;
/** Places of an answer that are named before somebody opens it. */
const NAMED = 3;

/** The requests that the two versions answered most differently. One that somebody reads stays, though worse ones come. */
export function Samples({ id, isLive }: { id: string; isLive: boolean }) {
  const samples = useQuery(samplesQuery(id, isLive));
  const [read, setRead] = useState<readonly Sample[]>([]);
  const [all, setAll] = useState(false);
  const [cell, setCell] = useState<Cell | null>(null);
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
          const confusion = confusionOf(found);
          const isIn = (sample: Sample): boolean => {
            const labels = labelsOf(sample);
            return cell === null || (labels?.from === cell.from && labels.to === cell.to);
          };
          const chosen = found.filter(isIn);
          const shown = chosen.filter((sample, i) => all || i < SHOWN || isRead(sample));
          return (
            <>
              {confusion && <ConfusionMatrix of={confusion} chosen={cell} choose={setCell} />}
              {cell !== null && (
                <p role="status">
                  {cell.from} → {cell.to}: {chosen.length} of {found.length}.{' '}
                  <button type="button" onClick={() => setCell(null)}>
                    Show all of them
                  </button>
                </p>
              )}
              <ul className="disagreements">
                {shown.map((sample) => (
                  <li key={sample.requestId} className="card">
                    <Disagreement sample={sample} toggle={(isOpen) => toggle(sample, isOpen)} />
                  </li>
                ))}
              </ul>
              {shown.length < chosen.length && (
                <p>
                  <button type="button" onClick={() => setAll(true)}>
                    Show all {chosen.length}
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
        <code className="asked">{preview(request)}</code>
      </summary>
      {sameStatus && <TextDiff before={textAt(primary.body)} after={textAt(candidate.body)} />}
      <div className="columns">
        <Said title="Request" text={request} />
        <Said title="Primary answered" text={primary.body} />
        <Said title="Candidate answered" text={candidate.body} />
      </div>
      <div className="row">
        <span className="quiet">Request {requestId}</span>
        <CopyGolden sample={sample} />
      </div>
    </details>
  );
}

/** For `PUT /models/{model}/golden`: later versions must answer it as the primary did. */
function CopyGolden({ sample }: { sample: Sample }) {
  const [said, setSaid] = useState('');
  const golden = goldenOf(sample);
  if (golden === null) return null;
  const copy = async (): Promise<void> => {
    const done = await copyText(JSON.stringify(golden, null, 2));
    setSaid(
      done
        ? `Copied. Its path is ${USUAL_PATH}: write where your model is called.`
        : 'The browser does not let it be copied.',
    );
  };
  return (
    <span>
      <span role="status" className="quiet">
        {said}
      </span>{' '}
      <button type="button" onClick={() => void copy()}>
        <ClipboardCopy className="icon" size={16} aria-hidden="true" /> Copy as golden request
      </button>
    </span>
  );
}

const MOST_PREVIEWED = 140;

/** What was asked, in one line. */
function preview(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST_PREVIEWED ? `${line.slice(0, MOST_PREVIEWED)}…` : line;
}

/** The longest text in an answer: what a person would read of it. */
function textAt(body: string): string {
  const texts: string[] = [];
  try {
    JSON.parse(body, (_key, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
  } catch {
    return body;
  }
  return texts.sort((a, b) => b.length - a.length)[0] ?? '';
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
