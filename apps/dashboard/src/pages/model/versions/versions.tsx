import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { own as ownOf } from '../../../own.ts';
import { Badge, Empty, useNow } from '../../../parts/basics.tsx';
import { retirementOf } from '../../../parts/retirement.tsx';
import { type More, ShowMore } from '../../../parts/lists/show-more.tsx';
import { compareHref } from '../../../parts/version/compare-href.ts';
import { ReleaseDialog } from '../../../parts/version/release-dialog.tsx';
import { VersionLink } from '../../../parts/version/version-link.tsx';
import type { Model, Rollout, Version } from '../../../queries.ts';
import { ago, number } from '../../../words.ts';
import { ChooseColumns } from './choose-columns.tsx';
import { metricNames, shownColumns, sortVersions } from './metric-columns.ts';
import { Server } from './server.tsx';
import { shownState } from './shown-state.ts';
import { sortedByClick, type TableState, tableStateOf, withTableState } from './table-state.ts';
import { ScrollTable } from '../../../parts/lists/table.tsx';

interface VersionsProps {
  readonly model: Model;
  readonly versions: readonly Version[];
  readonly more: More;
  /** The newest first, as far as they are loaded. */
  readonly rollouts: readonly Rollout[];
}

/** Versions with the metrics that somebody chooses; two are compared, and one is released from here. */
export function Versions({ model, versions, more, rollouts }: VersionsProps) {
  const [search, setSearch] = useSearchParams();
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [asked, setAsked] = useState<number | null>(null);
  const now = useNow();
  if (versions.length === 0)
    return (
      <Empty>
        No version yet. <Link href={`/register?model=${encodeURIComponent(model.name)}`}>Register one</Link>,
        or have <code>understudy register understudy.yaml</code> do it.
      </Empty>
    );
  const state = tableStateOf(search);
  const set = (next: TableState): void =>
    setSearch((before) => withTableState(before, next), { replace: true });
  const names = metricNames(versions);
  const columns = shownColumns(names, state);
  return (
    <>
      <div className="tools">
        <ChooseColumns names={names} shown={columns} set={(chosen) => set({ ...state, columns: chosen })} />
        <Compare model={model.name} picked={picked} />
      </div>
      <ScrollTable label="Versions">
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">Compare</span>
            </th>
            <Sorted column={null} state={state} set={set}>
              Version
            </Sorted>
            <th scope="col">State</th>
            <th scope="col">Server</th>
            <th scope="col">Aliases</th>
            {columns.map((name) => (
              <Sorted key={name} column={name} state={state} set={set}>
                {name}
              </Sorted>
            ))}
            <th scope="col">Registered</th>
            <th scope="col">
              <span className="hidden">Release</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sortVersions(versions, state).map((version) => (
            <Row
              key={version.version}
              {...{ model, version, rollouts, columns, picked, setPicked, now }}
              release={() => setAsked(version.version)}
            />
          ))}
        </tbody>
      </ScrollTable>
      {more.hasNextPage && state.sortedBy !== null && (
        <p className="quiet">
          Sorted among the {versions.length} versions that are loaded: others may be in front of them.
        </p>
      )}
      <ShowMore of={more} />
      {asked !== null && <ReleaseDialog model={model} version={asked} close={() => setAsked(null)} />}
    </>
  );
}

interface SortedProps {
  readonly column: string | null;
  readonly state: TableState;
  readonly set: (next: TableState) => void;
  readonly children: ReactNode;
}

/** The heading of a column by which the table can be sorted. */
function Sorted({ column, state, set, children }: SortedProps) {
  const isIt = state.sortedBy === column;
  const Arrow = state.isAscending ? ArrowUp : ArrowDown;
  return (
    <th scope="col" aria-sort={isIt ? (state.isAscending ? 'ascending' : 'descending') : undefined}>
      <button type="button" className="sort" onClick={() => set(sortedByClick(state, column))}>
        {children} {isIt && <Arrow className="icon" size={14} aria-hidden="true" />}
      </button>
    </th>
  );
}

/** Leads to two versions beside each other, the older one on the left. */
function Compare({ model, picked }: { model: string; picked: readonly number[] }) {
  const [left, right] = [...picked].sort((a, b) => a - b);
  if (left !== undefined && right !== undefined)
    return (
      <Link className="button" href={compareHref(model, left, right)}>
        Compare {left} and {right}
      </Link>
    );
  return (
    <span className="quiet">
      {left === undefined
        ? 'Tick two versions to compare them.'
        : `Tick one more to compare it with ${left}.`}
    </span>
  );
}

interface RowProps extends Omit<VersionsProps, 'versions' | 'more'> {
  readonly version: Version;
  readonly columns: readonly string[];
  readonly picked: readonly number[];
  readonly setPicked: (picked: readonly number[]) => void;
  readonly release: () => void;
  readonly now: number;
}

function Row({ model, version, rollouts, columns, picked, setPicked, release, now }: RowProps) {
  const own = version.version;
  const isPicked = picked.includes(own);
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare version ${own}`}
          checked={isPicked}
          disabled={!isPicked && picked.length >= 2}
          onChange={() => setPicked(isPicked ? picked.filter((one) => one !== own) : [...picked, own])}
        />
      </td>
      <th scope="row">
        <VersionLink model={model.name} version={own}>
          {own}
        </VersionLink>
      </th>
      <td>
        <Badge state={shownState(version, rollouts)} />
      </td>
      <td>
        <Server version={version} now={now} />
      </td>
      <td>{version.aliases.join(', ') || '–'}</td>
      {columns.map((name) => (
        <td key={name}>{number(ownOf(version.metrics, name))}</td>
      ))}
      <td className="quiet">
        {ago(version.createdAt, now)} by {version.createdBy}
      </td>
      <td>
        {!['primary', 'candidate'].includes(version.state) && retirementOf(model) === null && (
          <button type="button" className="plain" onClick={release}>
            Release<span className="hidden"> version {own}</span>
          </button>
        )}
      </td>
    </tr>
  );
}
