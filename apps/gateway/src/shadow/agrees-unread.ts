import { type ArmSpecs, type Comparison, countsByRow } from '#libs/traffic';

/**
 * What comparing two answers of the very same bytes comes to, where a spec reads them, without reading them: they agree, and scores are no
 * apart.
 * @returns `null` where it takes reading to know: rankings (one of equal scores ranks nothing), texts (they are kept for the judge), specs
 * that differ
 */
export function agreesUnread({ primary, candidate }: ArmSpecs): Comparison | null {
  if (primary !== candidate) return null;
  switch (primary?.kind) {
    case undefined:
      return AGREES;
    case 'label':
      return countsByRow(primary) ? { ...AGREES, ...ALL_ROWS } : AGREES;
    case 'score':
    case 'tensor':
    case 'probabilities':
      return countsByRow(primary) ? { ...AGREES_IN_SCORE, ...ALL_ROWS } : AGREES_IN_SCORE;
    case 'ranking':
    case 'text':
      return null;
  }
}

/** What counts is the share of a request's rows that agree, so it need not be known how many there are. */
const ALL_ROWS = { rows: { compared: 1, agreed: 1 } } as const;
const AGREES: Comparison = { outcome: 'agree' };
const AGREES_IN_SCORE: Comparison = { outcome: 'agree', scoreDelta: 0 };

/** So many comparisons in a row must have found something to read before equal bytes are taken for readable: one in a thousand would have shown. */
const ENOUGH = 1_000;

/** Whether what was compared of a route of late could be read, each time. */
export class ReadableOfLate<Key extends WeakKey> {
  private readonly rows = new WeakMap<Key, number>();

  /** @param wasRead the primary's answer could be read */
  note(key: Key, wasRead: boolean): void {
    this.rows.set(key, wasRead ? (this.rows.get(key) ?? 0) + 1 : 0);
  }

  isAlways(key: Key): boolean {
    return (this.rows.get(key) ?? 0) >= ENOUGH;
  }
}
