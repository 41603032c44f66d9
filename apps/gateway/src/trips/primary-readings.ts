import type { Route } from '#libs/traffic';

/** So many answers of the primary in a row that the output spec could not read: it is the spec that is wrong. */
const ENOUGH = 10;
/** Of the candidate's unreadable answers, one in so many is shown to the primary all the same: it may be read again. */
const EVERY = 20;

/**
 * Can the output spec read the primary's answers at all? Where it cannot, an unreadable answer of the candidate says nothing against the
 * candidate, and asking the primary each time only costs.
 */
export class PrimaryReadings {
  private readonly unread = new Map<string, { inARow: number; asked: number }>();

  /** One answer of the primary was looked at. */
  note({ rolloutId }: Route, isRead: boolean): void {
    if (rolloutId === null) return;
    const known = this.unread.get(rolloutId);
    if (isRead) this.unread.delete(rolloutId);
    else if (known) known.inARow++;
    else this.unread.set(rolloutId, { inARow: 1, asked: 0 });
  }

  /** Is it worth asking the primary about an answer of the candidate that cannot be read? */
  mayBeRead({ rolloutId }: Route): boolean {
    const known = this.unread.get(rolloutId ?? '');
    if (!known || known.inARow < ENOUGH) return true;
    return known.asked++ % EVERY === EVERY - 1;
  }

  /** Forgets rollouts that no route names any more. */
  keep(rolloutIds: ReadonlySet<string>): void {
    for (const id of this.unread.keys()) if (!rolloutIds.has(id)) this.unread.delete(id);
  }
}
