import { useQuery } from '@tanstack/react-query';
import { Load } from '../../parts/basics.tsx';
import { scoreQuery } from '../../version-queries.ts';
import { number } from '../../words.ts';
import { nextTests, SECTIONS } from './next-tests.ts';

const NEXT_SHOWN = 3;
const TESTS = 7;

/** Google's ML Test Score of it, and what raises that next. */
export function Score({ model, version }: { model: string; version: number }) {
  const score = useQuery(scoreQuery(model, version));
  return (
    <section className="card" aria-labelledby="score">
      <h2 id="score">ML test score</h2>
      <Load query={score} lines={5}>
        {(found) => (
          <>
            <p>
              <strong className="figure">{number(found.score)}</strong> of {TESTS}{' '}
              <span className="quiet">{found.meaning}</span>
            </p>
            <ul className="plain-list meters">
              {SECTIONS.map(({ key, name }) => (
                <li key={key}>
                  <span id={`section-${key}`}>{name}</span>
                  <meter
                    min={0}
                    max={TESTS}
                    value={found.sections[key].points}
                    aria-labelledby={`section-${key}`}
                  />
                  <span>{number(found.sections[key].points)}</span>
                </li>
              ))}
            </ul>
            {found.score < TESTS && (
              <>
                <h3>What raises it next</h3>
                <ul className="plain-list">
                  {nextTests(found, NEXT_SHOWN).map(({ id, title, because }) => (
                    <li key={id}>
                      {title} <div className="quiet">{because}</div>
                    </li>
                  ))}
                </ul>
              </>
            )}
            <details>
              <summary>All tests</summary>
              {SECTIONS.map(({ key, name }) => (
                <div key={key}>
                  <h3>{name}</h3>
                  <ul className="plain-list">
                    {found.sections[key].tests.map(({ id, title, points, because }) => (
                      <li key={id}>
                        <span aria-hidden="true">{points === 1 ? '✓' : points > 0 ? '½' : '–'}</span> {title}{' '}
                        <span className="quiet">
                          ({points === 1 ? 'done' : points > 0 ? 'by hand' : 'missing'}: {because})
                        </span>
                      </li>
                    ))}
                  </ul>
                </div>
              ))}
            </details>
          </>
        )}
      </Load>
    </section>
  );
}
