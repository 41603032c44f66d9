import { Link } from 'wouter';
import { Badge, Empty } from '../../parts/basics.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import type { Compared, ComparedGroup, ComparedRow } from './compared-rows.ts';
import { ScrollTable } from '../../parts/lists/table.tsx';

interface ComparedTableProps {
  readonly model: string;
  readonly left: Compared;
  readonly right: Compared;
  readonly groups: readonly ComparedGroup[];
}

/** What is said of each, row by row; what differs is marked by a word and a colour. */
export function ComparedTable({ model, left, right, groups }: ComparedTableProps) {
  if (groups.length === 0) return <Empty>Nothing differs of what is known of the two.</Empty>;
  return (
    <ScrollTable label="Both versions" className="both">
      <thead>
        <tr>
          <th scope="col">
            <span className="hidden">What</span>
          </th>
          {[left, right].map(({ version: { version, state }, rollout }) => (
            <th key={version} scope="col">
              <VersionLink model={model} version={version} /> <Badge state={state} />{' '}
              {rollout && <Link href={`/rollouts/${rollout.id}`}>rollout</Link>}
            </th>
          ))}
          <th scope="col">Difference</th>
        </tr>
      </thead>
      {groups.map(({ name, rows }) => (
        <tbody key={name}>
          <tr className="group">
            <th scope="rowgroup" colSpan={4}>
              {name}
            </th>
          </tr>
          {rows.map((row) => (
            <Row key={row.name} row={row} />
          ))}
        </tbody>
      ))}
    </ScrollTable>
  );
}

function Row({ row: { name, left, right, differs, difference } }: { row: ComparedRow }) {
  return (
    <tr className={differs ? 'differs' : undefined}>
      <th scope="row">{name}</th>
      <td className="wide">{left ?? '–'}</td>
      <td className="wide">{right ?? '–'}</td>
      <td>{differs ? <strong>{difference ?? 'differs'}</strong> : <span className="quiet">same</span>}</td>
    </tr>
  );
}
