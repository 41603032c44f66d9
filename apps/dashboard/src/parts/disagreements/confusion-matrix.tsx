import type { Confusion } from './confusion.ts';
import { Table } from '../lists/table.tsx';

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
      <Table label="Old against new" columns={['Primary ↓ candidate →', ...labels]}>
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
      </Table>
    </div>
  );
}
