import { own } from '../../own.ts';

/** One histogram of one step, as the api tells it. */
export interface Distribution {
  readonly step: number;
  readonly name: string;
  readonly candidate: Readonly<Record<string, number>>;
  readonly primary: Readonly<Record<string, number>>;
}

/** A bin, with the share of each arm's answers that are in it. */
export interface DistributionRow {
  readonly label: string;
  /** From 0 to 1. */
  readonly primary: number;
  readonly candidate: number;
}

/** Bins that are shown by themselves; the rest is one. */
const MOST_ROWS = 12;
/** The factor by which bins of numbers grow (libs/traffic, `magnitudeBin`). */
const FACTOR = 1.5;
const MAGNITUDE = /^[+-]-?\d+$/;

/**
 * The rows of a histogram. Bins of numbers are in the order of the numbers, with what they reach; names by how frequent they are. Of many, the most
 * frequent are shown, and where both arms have them least the rest is added up.
 * @param areNumbers the bins are magnitudes of numbers, and not names that look like them
 */
export function distributionRows(
  { primary, candidate }: Pick<Distribution, 'primary' | 'candidate'>,
  areNumbers: boolean,
): readonly DistributionRow[] {
  const [ofPrimary, ofCandidate] = [totalOf(primary), totalOf(candidate)];
  const share = (count: number | undefined, total: number): number =>
    total === 0 ? 0 : (count ?? 0) / total;
  const rows = [...new Set([...Object.keys(primary), ...Object.keys(candidate)])].map((bin) => ({
    bin,
    label: areNumbers ? reachOf(bin) : bin,
    primary: share(own(primary, bin), ofPrimary),
    candidate: share(own(candidate, bin), ofCandidate),
  }));
  const byCount = rows.toSorted(
    (a, b) => b.primary + b.candidate - (a.primary + a.candidate) || (a.bin < b.bin ? -1 : 1),
  );
  const [shown, rest] = [byCount.slice(0, MOST_ROWS), byCount.slice(MOST_ROWS)];
  const sorted = shown.every(({ bin }) => isOrdered(bin, areNumbers))
    ? shown.toSorted((a, b) => placeOf(a.bin) - placeOf(b.bin))
    : shown;
  const others = rest.reduce(
    (sum, row) => ({
      ...sum,
      primary: sum.primary + row.primary,
      candidate: sum.candidate + row.candidate,
    }),
    { label: `${rest.length} more`, primary: 0, candidate: 0 },
  );
  return [...sorted.map(({ bin: _, ...row }) => row), ...(rest.length > 0 ? [others] : [])];
}

const totalOf = (bins: Readonly<Record<string, number>>): number =>
  Object.values(bins).reduce((sum, count) => sum + count, 0);

const isOrdered = (bin: string, areNumbers: boolean): boolean =>
  bin.startsWith('(') || /^-?\d+$/.test(bin) || (areNumbers && MAGNITUDE.test(bin));

/** Where a bin stands among numbers: `-12` is below `-11`, as its numbers are further below zero. What has no number is last. */
function placeOf(bin: string): number {
  if (MAGNITUDE.test(bin)) {
    const size = FACTOR ** Number(bin.slice(1));
    return bin.startsWith('-') ? -size : size;
  }
  return /^\d+$/.test(bin) ? Number(bin) : Infinity;
}

/** What a bin of numbers reaches, as people write it. */
function reachOf(bin: string): string {
  if (!MAGNITUDE.test(bin)) return bin;
  const k = Number(bin.slice(1));
  const [low, high] = [FACTOR ** (k - 1), FACTOR ** k].map((value) => String(Number(value.toPrecision(2))));
  return bin.startsWith('-') ? `−${high} to −${low}` : `${low} to ${high}`;
}

/** What a stability index says by custom (below 0.1 little, from 0.25 on a shift). */
export function stabilityWords(index: number | null | undefined): string {
  if (index === null || index === undefined) return 'nothing to compare yet';
  if (index < 0.1) return 'alike';
  return index < 0.25 ? 'somewhat different' : 'different';
}
