import type { Confusion } from './confusion.ts';

interface Props {
  readonly of: Confusion;
  readonly chosen: Cell | null;
  readonly choose: (cell: Cell | null) => void;
}
export interface Cell {
  readonly from: string;
  readonly to: string;
}

/** How dark a cell is: in five steps, by the most frequent one. */
const shade = (count: number, most: number): string =>
  count === 0 ? '' : `of-${Math.ceil((5 * count) / most)}`;

/** Old against new: what the primary has said, and what the candidate in its place. A cell leads to its disagreements. */
export function ConfusionMatrix({ of: { path, labels, count, most, total }, chosen, choose }: Props) {
  return (
    <div className="card confusion">
      <h3>Old against new</h3>
      <p className="quiet">
        The {total} disagreements that are kept ({path === '' ? 'the answer' : path}): the worst, and not all
        that there were.
      </p>
      <div className="scroll" tabIndex={0} role="region" aria-label="Old against new, as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Primary ↓ candidate →</th>
              {labels.map((label) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((from) => (
              <tr key={from}>
                <th scope="row">{from}</th>
                {labels.map((to) => {
                  const n = count(from, to);
                  const isChosen = chosen?.from === from && chosen.to === to;
                  return (
                    <td key={to} className={shade(n, most)}>
                      {n === 0 ? (
                        <span className="quiet">{from === to ? '' : '0'}</span>
                      ) : (
                        <button
                          type="button"
                          className="bare"
                          aria-pressed={isChosen}
                          onClick={() => choose(isChosen ? null : { from, to })}
                        >
                          {n}
                          <span className="hidden">
                            {' '}
                            from {from} to {to}: show them
                          </span>
                        </button>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
