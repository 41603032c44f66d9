import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Load } from './basics.tsx';
import { type Sample, samplesQuery } from '../queries.ts';

/** The requests that the two versions answered most differently. One that somebody reads stays, though worse ones come. */
export function Samples({ id, isLive }: { id: string; isLive: boolean }) {
  const samples = useQuery(samplesQuery(id, isLive));
  const [read, setRead] = useState<readonly Sample[]>([]);
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
          return (
            <>
              {[...replaced, ...items].map((sample) => (
                <details
                  key={sample.requestId}
                  className="card"
                  onToggle={({ currentTarget }) => toggle(sample, currentTarget.open)}
                >
                  <summary>
                    Request {sample.requestId}: primary {sample.primary.status}, candidate{' '}
                    {sample.candidate.status}
                  </summary>
                  <div className="columns">
                    <Said title="Request" text={sample.request} />
                    <Said title="Primary answered" text={sample.primary.body} />
                    <Said title="Candidate answered" text={sample.candidate.body} />
                  </div>
                </details>
              ))}
            </>
          );
        }}
      </Load>
    </section>
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
