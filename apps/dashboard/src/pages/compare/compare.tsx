import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { UnderstudyError } from '#libs/client';
import { Badge, Empty, Load } from '../../parts/basics.tsx';
import { Crumbs } from '../../parts/crumbs.tsx';
import { VersionLink } from '../../parts/version/version-link.tsx';
import { versionQuery } from '../../queries.ts';
import { compatibilityQuery, rolloutsOfVersionQuery } from '../../version-queries.ts';
import { whenText } from '../../when.ts';
import { ChooseTwo } from './choose-two.tsx';
import { type Compared, comparedGroups } from './compared-rows.ts';
import { ComparedTable } from './compared-table.tsx';

const numberOf = (text: string | null): number | null =>
  text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;

/** Two versions of a model beside each other; which ones, and whether only differences are shown, is in the address. */
export default function ComparePage({ model }: { model: string }) {
  const [search] = useSearchParams();
  const [left, right] = [numberOf(search.get('left')), numberOf(search.get('right'))];
  return (
    <>
      <Crumbs model={model}>compare</Crumbs>
      <h1>
        {model}: {left ?? '…'} and {right ?? '…'}
      </h1>
      <ChooseTwo key={`${left} ${right}`} model={model} left={left} right={right} />
      {left === null || right === null ? (
        <Empty>Say which two versions: each by its number.</Empty>
      ) : left === right ? (
        <Empty>These are one and the same version.</Empty>
      ) : (
        <Two model={model} left={left} right={right} />
      )}
    </>
  );
}

/** A version with the newest rollout that released it. */
function useCompared(model: string, version: number) {
  const found = useQuery(versionQuery(model, version));
  const rollouts = useQuery(rolloutsOfVersionQuery(model, version));
  const rollout = rollouts.data?.find(({ intent }) => intent === 'release') ?? null;
  return {
    data: found.data && rollouts.data && { version: found.data, rollout },
    error: found.error ?? rollouts.error,
    refetch: () => Promise.all([found.refetch(), rollouts.refetch()]),
  };
}

interface TwoProps {
  readonly model: string;
  readonly left: number;
  readonly right: number;
}

function Two({ model, left, right }: TwoProps) {
  const sides = [useCompared(model, left), useCompared(model, right)] as const;
  const missing = [left, right].filter((_, i) => {
    const error = sides[i]?.error;
    return error instanceof UnderstudyError && error.status === 404;
  });
  if (missing.length > 0)
    return (
      <Empty>
        {model} has no version {missing.join(' and no version ')}: its number was never given, or it was
        deleted.
      </Empty>
    );
  const both = {
    data: sides[0].data && sides[1].data && { left: sides[0].data, right: sides[1].data },
    error: sides[0].error ?? sides[1].error,
    refetch: () => sides.map((side) => side.refetch()),
  };
  return (
    <Load query={both} lines={14}>
      {(known) => <Shown model={model} {...known} />}
    </Load>
  );
}

function Shown({ model, left, right }: { model: string; left: Compared; right: Compared }) {
  const [search, setSearch] = useSearchParams();
  const isShort = search.get('only') === 'differences';
  const groups = comparedGroups(left, right, whenText);
  const shown = groups
    .map(({ name, rows }) => ({ name, rows: isShort ? rows.filter(({ differs }) => differs) : rows }))
    .filter(({ rows }) => rows.length > 0);
  const set = (isOn: boolean): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (isOn) next.set('only', 'differences');
        else next.delete('only');
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <Compatibility model={model} left={left.version.version} right={right.version.version} />
      <label className="check">
        <input type="checkbox" checked={isShort} onChange={({ target }) => set(target.checked)} /> Only what
        differs
      </label>
      <ComparedTable model={model} left={left} right={right} groups={shown} />
    </>
  );
}

/** Can callers of the left one go on with the right one? */
function Compatibility({ model, left, right }: TwoProps) {
  const { data } = useQuery(compatibilityQuery(model, right, left));
  if (data === undefined) return null;
  const { compatible, because, breaks } = data;
  return (
    <>
      <p>
        <Badge state={compatible === null ? 'undecided' : compatible ? 'pass' : 'fail'}>
          {compatible === null ? 'cannot be told' : compatible ? 'compatible' : 'breaks callers'}
        </Badge>{' '}
        Callers of <VersionLink model={model} version={left} /> that get{' '}
        <VersionLink model={model} version={right} />: {because}
      </p>
      {breaks.length > 0 && (
        <ul>
          {breaks.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </>
  );
}
