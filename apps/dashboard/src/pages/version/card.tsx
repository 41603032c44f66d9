import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Empty, Load } from '../../parts/basics.tsx';
import type { Version } from '../../queries.ts';
import { cardQuery } from '../../version-queries.ts';

/** Loaded with the first card. */
const Markdown = lazy(() => import('./markdown.tsx'));

/** Its model card. */
export function Card({ model, version }: { model: string; version: Version }) {
  const card = useQuery({ ...cardQuery(model, version.version), enabled: version.hasCard });
  return (
    <section aria-labelledby="card">
      <h2 id="card">Model card</h2>
      {version.hasCard ? (
        <Load query={card} lines={6}>
          {(text) => (
            <Suspense fallback={<pre>{text}</pre>}>
              <div className="card prose">
                <Markdown text={text} />
              </div>
            </Suspense>
          )}
        </Load>
      ) : (
        <Empty>
          It has none. <code>card:</code> of the manifest is a file in Markdown that says what the model is
          for, and what not.
        </Empty>
      )}
    </section>
  );
}
