/** What two answers say in one place. */
export interface Apart {
  readonly path: string;
  readonly primary: string;
  readonly candidate: string;
}

/** Leaves of one answer that are looked at, so that a page of numbers costs no more than it shows. */
const MOST_LEAVES = 2_000;
const MOST_LETTERS = 60;
/** So deep an answer is looked into. */
const MOST_DEEP = 40;

/**
 * Where two answers to one request differ, what people read first: words, then whole numbers, then the rest, each in the order of the answer.
 * @param primary the body of the primary's answer, JSON or not
 * @param candidate that of the candidate's
 */
export function answersApart(primary: string, candidate: string): readonly Apart[] {
  const [one, other] = [leavesOf(primary), leavesOf(candidate)];
  if (one === null || other === null)
    return primary === candidate
      ? []
      : [{ path: '', primary: short(primary, candidate), candidate: short(candidate, primary) }];
  const paths = [...new Set([...one.keys(), ...other.keys()])];
  return paths
    .filter((path) => one.get(path) !== other.get(path))
    .map((path, place) => ({ path, place, values: [one.get(path), other.get(path)] as const }))
    .sort((a, b) => rank(a.values) - rank(b.values) || a.place - b.place)
    .map(({ path, values: [from, to] }) => {
      const shown = [said(from), said(to)] as const;
      // Apart by less than what is shown.
      const [one, other] = shown[0] === shown[1] ? [String(from), String(to)] : shown;
      return { path, primary: one.slice(0, MOST_LETTERS + 1), candidate: other.slice(0, MOST_LETTERS + 1) };
    });
}

/** An object and a list that are empty, or deeper than is looked. */
const NOTHING_IN_IT = ['{…}', '[…]'] as const;

type Leaf = string | number | boolean | null;

function leavesOf(text: string): Map<string, Leaf> | null {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return null;
  }
  const leaves = new Map<string, Leaf>();
  const walk = (value: unknown, path: string, deep: number): void => {
    if (leaves.size >= MOST_LEAVES) return;
    if (value !== null && typeof value === 'object' && (deep >= MOST_DEEP || Object.keys(value).length === 0))
      leaves.set(path, NOTHING_IN_IT[Array.isArray(value) ? 1 : 0]);
    else if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value))
        walk(
          inner,
          Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
          deep + 1,
        );
    else leaves.set(path, value as Leaf);
  };
  walk(whole, '', 0);
  return leaves;
}

function rank(values: readonly (Leaf | undefined)[]): number {
  // What it holds is told by leaves of its own.
  if (values.some((value) => value === NOTHING_IN_IT[0] || value === NOTHING_IN_IT[1])) return 3;
  if (values.some((value) => typeof value === 'string' || typeof value === 'boolean')) return 0;
  return values.every((value) => value === undefined || value === null || Number.isInteger(value)) ? 1 : 2;
}

function said(value: Leaf | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS)}…`;
}

/** A text from where it goes another way. */
function short(text: string, other: string): string {
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  const from = Math.max(0, same - 15);
  const shown = text.slice(from, from + MOST_LETTERS);
  if (text === '') return 'nothing';
  return `${from > 0 ? '…' : ''}${shown}${from + MOST_LETTERS < text.length ? '…' : ''}`;
}
